-- What remote verifiers said of the attester, as JSON, each with its own end; null where none was asked or heard.
ALTER TABLE attestations ADD COLUMN results TEXT;
