-- SHA-256 of the body of the request that a quote was made for; null for any.
ALTER TABLE attestations ADD COLUMN req BLOB;

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
