-- The tables of a ledger in PostgreSQL (docs/replicas.md): what audit/ledger/schema.sql is in SQLite. Rows are only ever
-- added: triggers refuse the rest, and what gets around them breaks the chain. Only the key of a patient can go.
CREATE SCHEMA guardian;
CREATE TABLE guardian.ledger (id bytea NOT NULL, created_by text NOT NULL, version bigint NOT NULL);
CREATE TABLE guardian.signer (public_key bytea NOT NULL);
CREATE TABLE guardian.entry (
  sequence bigint PRIMARY KEY,
  kind bigint NOT NULL,
  at_ms bigint NOT NULL,
  about bigint NOT NULL,
  patient_key bytea,
  hash bytea NOT NULL,
  open bytea NOT NULL,
  sealed bytea
);
CREATE INDEX entry_about ON guardian.entry (about) WHERE about > 0;
CREATE INDEX entry_override ON guardian.entry (patient_key) WHERE kind = 3;
CREATE TABLE guardian.checkpoint (
  sequence bigint PRIMARY KEY,
  at_ms bigint NOT NULL,
  hash bytea NOT NULL,
  public_key bytea NOT NULL,
  signature bytea NOT NULL
);
CREATE TABLE guardian.patient_key (id bytea PRIMARY KEY, patient bytea NOT NULL, wrapped bytea NOT NULL);
CREATE INDEX patient_key_patient ON guardian.patient_key (patient);

CREATE FUNCTION guardian.refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS
  'BEGIN RAISE EXCEPTION ''what a ledger holds stays as it is''; END';
CREATE FUNCTION guardian.follow() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS
  'BEGIN IF NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM guardian.entry) THEN
     RAISE EXCEPTION ''rows of a ledger follow each other''; END IF; RETURN NEW; END';
CREATE TRIGGER entry_follows BEFORE INSERT ON guardian.entry FOR EACH ROW EXECUTE FUNCTION guardian.follow();
CREATE TRIGGER entry_stays BEFORE UPDATE OR DELETE ON guardian.entry FOR EACH ROW EXECUTE FUNCTION guardian.refuse();
CREATE TRIGGER checkpoint_stays BEFORE UPDATE OR DELETE ON guardian.checkpoint
  FOR EACH ROW EXECUTE FUNCTION guardian.refuse();
CREATE TRIGGER patient_key_is_fixed BEFORE UPDATE ON guardian.patient_key
  FOR EACH ROW EXECUTE FUNCTION guardian.refuse();
CREATE TRIGGER ledger_stays BEFORE UPDATE OR DELETE ON guardian.ledger FOR EACH ROW EXECUTE FUNCTION guardian.refuse();
CREATE TRIGGER signer_stays BEFORE UPDATE OR DELETE ON guardian.signer FOR EACH ROW EXECUTE FUNCTION guardian.refuse();
CREATE TRIGGER entry_whole BEFORE TRUNCATE ON guardian.entry EXECUTE FUNCTION guardian.refuse();
CREATE TRIGGER checkpoint_whole BEFORE TRUNCATE ON guardian.checkpoint EXECUTE FUNCTION guardian.refuse();
CREATE TRIGGER patient_key_whole BEFORE TRUNCATE ON guardian.patient_key EXECUTE FUNCTION guardian.refuse();
CREATE TRIGGER ledger_whole BEFORE TRUNCATE ON guardian.ledger EXECUTE FUNCTION guardian.refuse();
CREATE TRIGGER signer_whole BEFORE TRUNCATE ON guardian.signer EXECUTE FUNCTION guardian.refuse();
