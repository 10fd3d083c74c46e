-- Certificates that an authority issued for signing keys: public, and checked against the key when they are read.
CREATE TABLE signing_certificates (
    kid TEXT NOT NULL PRIMARY KEY,
    chain TEXT NOT NULL
) WITHOUT ROWID;
