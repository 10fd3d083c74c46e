-- The counter in the TPM that checkpoints go by: TPMS_NV_PUBLIC as it is once written, and the value it was found with; no value while it is being made.
CREATE TABLE audit_counter (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    area BLOB NOT NULL,
    first INTEGER,
    mac BLOB NOT NULL
);

-- One row for each value of the counter: without attest it is intended, and the next start or checkpoint finishes it.
CREATE TABLE audit_checkpoints (
    counter INTEGER NOT NULL PRIMARY KEY,
    size INTEGER NOT NULL,
    body TEXT NOT NULL,
    area BLOB,
    attest BLOB,
    signature BLOB,
    mac BLOB NOT NULL
);

-- Roots of complete subtrees of 256 records (level 8) and above; what is below follows from the records.
CREATE TABLE audit_nodes (
    level INTEGER NOT NULL,
    place INTEGER NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (level, place)
) WITHOUT ROWID;

-- How far each sink has the log.
CREATE TABLE audit_sinks (
    name TEXT NOT NULL PRIMARY KEY,
    seq INTEGER NOT NULL
) WITHOUT ROWID;
