-- What an attestation showed, as one digest over registers and facts: a machine attests often and changes its state seldom, and what
-- a draft of policies would do is asked of states. Attestations of before have none and count one by one.
ALTER TABLE attestations ADD COLUMN state TEXT;

CREATE INDEX attestations_state ON attestations (machine, state, issued_at);
