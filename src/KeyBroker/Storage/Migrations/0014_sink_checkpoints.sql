-- Which checkpoint each sink has last; what was made before sinks had any does not come late.
ALTER TABLE audit_sinks ADD COLUMN counter INTEGER NOT NULL DEFAULT 0;
UPDATE audit_sinks SET counter = (SELECT COALESCE(MAX(counter), 0) FROM audit_checkpoints WHERE attest IS NOT NULL);
