-- The names of the attested keys that the machine's TPM was shown to hold, as JSON; null where there is none.
ALTER TABLE attestations ADD COLUMN tpm_keys TEXT;
