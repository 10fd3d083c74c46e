-- Secrets live as keys do. Rows of before keep their MACs: their secret is active, its newest version too, the others are deactivated.
ALTER TABLE secrets ADD COLUMN state TEXT NOT NULL DEFAULT '';
ALTER TABLE secrets ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
ALTER TABLE secrets ADD COLUMN life TEXT;
ALTER TABLE secret_versions ADD COLUMN state TEXT NOT NULL DEFAULT '';
ALTER TABLE secret_versions ADD COLUMN life TEXT;

-- Of what a destruction is planned. Rows of before are about keys, and their MACs hold.
ALTER TABLE destructions ADD COLUMN kind TEXT NOT NULL DEFAULT 'key';
