-- SHA-256 of the body of the request that a quote was made for; null for any.
ALTER TABLE attestations ADD COLUMN req BLOB;

-- Quotas count what a machine made.
CREATE INDEX keys_created_by ON keys (created_by);
CREATE INDEX secrets_created_by ON secrets (created_by);

-- How often a machine did what a policy grants so many times only: the record of one use is the end of it for good.
CREATE TABLE grant_uses (
    machine TEXT NOT NULL,
    policy TEXT NOT NULL,
    resource TEXT NOT NULL,
    verb TEXT NOT NULL,
    used INTEGER NOT NULL,
    mac BLOB NOT NULL,
    PRIMARY KEY (machine, policy, resource, verb)
) WITHOUT ROWID;
