-- Instants are Unix milliseconds. Columns named mac hold the row's MAC under a key from the sealed root.

CREATE TABLE meta (
    name TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE tpm_objects (
    name TEXT NOT NULL PRIMARY KEY,
    public BLOB NOT NULL,
    private BLOB NOT NULL,
    creation_data BLOB NOT NULL,
    creation_hash BLOB NOT NULL,
    creation_ticket BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE machines (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    ek_public BLOB,
    ak_public BLOB,
    trust TEXT,
    status TEXT NOT NULL,
    labels TEXT NOT NULL,
    reset_count INTEGER,
    restart_count INTEGER,
    re_enroll INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    mac BLOB NOT NULL
) WITHOUT ROWID;

CREATE UNIQUE INDEX machines_active_name ON machines (name) WHERE status = 'active';
CREATE INDEX machines_pending ON machines (created_at) WHERE status = 'pending';

CREATE TABLE enrollments (
    id TEXT NOT NULL PRIMARY KEY,
    machine TEXT NOT NULL,
    name TEXT NOT NULL,
    ek_public BLOB NOT NULL,
    ak_public BLOB NOT NULL,
    secret_hash BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    state TEXT NOT NULL
) WITHOUT ROWID;

CREATE INDEX enrollments_expiry ON enrollments (expires_at);

CREATE TABLE nonces (
    id BLOB NOT NULL PRIMARY KEY,
    expires_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX nonces_expiry ON nonces (expires_at);

CREATE TABLE proofs (
    id BLOB NOT NULL PRIMARY KEY,
    expires_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX proofs_expiry ON proofs (expires_at);

CREATE TABLE attestations (
    jti TEXT NOT NULL PRIMARY KEY,
    machine TEXT NOT NULL,
    policy_digest TEXT NOT NULL,
    cnf_jkt TEXT NOT NULL,
    enc_jwk TEXT,
    measurements TEXT NOT NULL,
    reset_count INTEGER NOT NULL,
    restart_count INTEGER NOT NULL,
    issued_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    decision TEXT NOT NULL,
    mac BLOB NOT NULL
) WITHOUT ROWID;

CREATE INDEX attestations_issued ON attestations (issued_at);

CREATE TABLE keys (
    name TEXT NOT NULL PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL,
    protection TEXT NOT NULL,
    residence TEXT NOT NULL,
    operations TEXT NOT NULL,
    exportable INTEGER NOT NULL,
    labels TEXT NOT NULL,
    primary_version INTEGER NOT NULL,
    state TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    mac BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE key_versions (
    key_id TEXT NOT NULL REFERENCES keys (id),
    version INTEGER NOT NULL,
    state TEXT NOT NULL,
    public BLOB NOT NULL,
    private BLOB NOT NULL,
    public_jwk TEXT,
    creation_data BLOB NOT NULL,
    creation_hash BLOB NOT NULL,
    creation_ticket BLOB NOT NULL,
    home TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    mac BLOB NOT NULL,
    PRIMARY KEY (key_id, version)
) WITHOUT ROWID;

CREATE TABLE secrets (
    name TEXT NOT NULL PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    labels TEXT NOT NULL,
    mac BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE secret_versions (
    secret_id TEXT NOT NULL REFERENCES secrets (id),
    version INTEGER NOT NULL,
    public BLOB NOT NULL,
    private BLOB NOT NULL,
    wrapped BLOB,
    created_at INTEGER NOT NULL,
    mac BLOB NOT NULL,
    PRIMARY KEY (secret_id, version)
) WITHOUT ROWID;

CREATE TABLE intents (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    detail TEXT
) WITHOUT ROWID;

CREATE TABLE signing_keys (
    kid TEXT NOT NULL PRIMARY KEY,
    use TEXT NOT NULL,
    public_jwk TEXT NOT NULL,
    sealed_public BLOB NOT NULL,
    sealed_private BLOB NOT NULL,
    not_before INTEGER NOT NULL,
    not_after INTEGER,
    statement BLOB NOT NULL,
    certification BLOB NOT NULL,
    state TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE audit (
    seq INTEGER NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    record TEXT NOT NULL,
    previous BLOB NOT NULL,
    hash BLOB NOT NULL
);
