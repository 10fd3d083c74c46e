-- The life of a key beyond its state. Rows of before keep their MACs: what they lack is not part of them.
ALTER TABLE keys ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
ALTER TABLE keys ADD COLUMN rotation_period INTEGER;
ALTER TABLE keys ADD COLUMN life TEXT;
ALTER TABLE key_versions ADD COLUMN life TEXT;

CREATE INDEX keys_rotating ON keys (name) WHERE rotation_period IS NOT NULL;

-- What is left of the time before a destruction, in milliseconds, and what the TPM's clock showed then. A version of 0 is the whole key.
CREATE TABLE destructions (
    id TEXT NOT NULL PRIMARY KEY,
    key TEXT NOT NULL,
    version INTEGER NOT NULL,
    remaining INTEGER NOT NULL,
    tpm_clock INTEGER,
    mac BLOB NOT NULL
) WITHOUT ROWID;

-- How many encryptions a version may have made: counted ahead, so that a crash counts too many and never too few.
CREATE TABLE key_uses (
    key_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    key TEXT NOT NULL,
    counted INTEGER NOT NULL,
    rotate_at INTEGER NOT NULL,
    mac BLOB NOT NULL,
    PRIMARY KEY (key_id, version)
) WITHOUT ROWID;
