-- Proofs of one time lie together: an insert touches one page that the ones beside it touch, too, instead of two of the
-- whole table. A proof that is shown again has the expiry it had, so that it still meets itself.
ALTER TABLE proofs RENAME TO proofs_by_id;
DROP INDEX proofs_expiry;

CREATE TABLE proofs (
    id BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (expires_at, id)
) WITHOUT ROWID;

INSERT INTO proofs (id, expires_at) SELECT id, expires_at FROM proofs_by_id;
DROP TABLE proofs_by_id;
