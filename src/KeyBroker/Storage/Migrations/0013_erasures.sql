-- What was taken out of rows and may still be in the files: not the bytes, but marks by which they are known again. Written in the
-- transaction that destroys, gone when the files are clean.
CREATE TABLE erasures (
    id INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    marks BLOB NOT NULL
);
