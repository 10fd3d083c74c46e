-- The number of the newest audit record that says that a machine used a key or a secret, one row a name, written with the record.
CREATE TABLE last_uses (
    resource TEXT NOT NULL PRIMARY KEY,
    seq INTEGER NOT NULL
) WITHOUT ROWID;

-- Of before as much as was looked through until now.
INSERT INTO last_uses (resource, seq)
SELECT json_extract(record, '$.resource'), MAX(seq) FROM audit
WHERE seq > (SELECT COALESCE(MAX(seq), 0) FROM audit) - 200000
    AND json_extract(record, '$.machine') IS NOT NULL AND json_extract(record, '$.outcome') = 'done'
    AND (json_extract(record, '$.resource') LIKE 'keys/%' OR json_extract(record, '$.resource') LIKE 'secrets/%')
    AND json_extract(record, '$.op') NOT IN ('key.read', 'secret.read')
GROUP BY 1;
