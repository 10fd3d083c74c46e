-- Enrolment attempts decide who a machine is, so their rows carry a MAC as well. Those that are open now end.
DELETE FROM enrollments;
ALTER TABLE enrollments ADD COLUMN mac BLOB NOT NULL DEFAULT x'';

-- Grows when a machine's boot order starts anew: tokens of an earlier epoch are void whatever their counters say.
ALTER TABLE machines ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attestations ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0;
ALTER TABLE machines ADD COLUMN revoke_reason TEXT;

-- Key material too long to be sealed itself, under AES-256-GCM with the sealed key.
ALTER TABLE key_versions ADD COLUMN wrapped BLOB;

ALTER TABLE secret_versions ADD COLUMN creation_data BLOB NOT NULL DEFAULT x'';
ALTER TABLE secret_versions ADD COLUMN creation_hash BLOB NOT NULL DEFAULT x'';
ALTER TABLE secret_versions ADD COLUMN creation_ticket BLOB NOT NULL DEFAULT x'';

-- First answers to requests that carried an Idempotency-Key: claims only, never a secret.
CREATE TABLE answers (
    machine TEXT NOT NULL,
    route TEXT NOT NULL,
    value TEXT NOT NULL,
    body_digest BLOB NOT NULL,
    status INTEGER NOT NULL,
    claims TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    mac BLOB NOT NULL,
    PRIMARY KEY (machine, route, value)
) WITHOUT ROWID;

CREATE INDEX answers_created ON answers (created_at);
