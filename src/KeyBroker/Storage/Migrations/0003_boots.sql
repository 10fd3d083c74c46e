-- Byte strings by the SHA-256 of what they hold, deflated: event logs, and what logs prove, which boots have in common.
CREATE TABLE contents (
    digest TEXT NOT NULL PRIMARY KEY,
    size INTEGER NOT NULL,
    deflated BLOB NOT NULL
);

-- Which logs of a machine are kept for explanations.
CREATE TABLE event_logs (
    machine TEXT NOT NULL,
    digest TEXT NOT NULL,
    seen_at INTEGER NOT NULL,
    mac BLOB NOT NULL,
    PRIMARY KEY (machine, digest)
) WITHOUT ROWID;

CREATE INDEX event_logs_digest ON event_logs (digest);

-- Evidence that was denied is there too, with its reasons as JSON. The other two name contents.
ALTER TABLE attestations ADD COLUMN reasons TEXT;
ALTER TABLE attestations ADD COLUMN facts TEXT;
ALTER TABLE attestations ADD COLUMN event_log TEXT;

CREATE INDEX attestations_denied ON attestations (machine, issued_at) WHERE reasons IS NOT NULL;
CREATE INDEX attestations_event_log ON attestations (event_log, machine) WHERE event_log IS NOT NULL;
CREATE INDEX attestations_facts ON attestations (facts) WHERE facts IS NOT NULL;

-- What an endorsement certificate says, and whether an administrator registered the machine beforehand. Attempts to
-- enrol that are open now end.
ALTER TABLE machines ADD COLUMN registered INTEGER NOT NULL DEFAULT 0;
ALTER TABLE machines ADD COLUMN manufacturer TEXT;
ALTER TABLE machines ADD COLUMN model TEXT;
ALTER TABLE machines ADD COLUMN firmware TEXT;
ALTER TABLE machines ADD COLUMN ek_issuer TEXT;
ALTER TABLE machines ADD COLUMN ek_serial TEXT;
DELETE FROM enrollments;
ALTER TABLE enrollments ADD COLUMN manufacturer TEXT;
ALTER TABLE enrollments ADD COLUMN model TEXT;
ALTER TABLE enrollments ADD COLUMN firmware TEXT;
ALTER TABLE enrollments ADD COLUMN ek_issuer TEXT;
ALTER TABLE enrollments ADD COLUMN ek_serial TEXT;
