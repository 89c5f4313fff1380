-- The tables of a ledger (docs/ledger.md). Rows are only ever added: triggers refuse the rest, and what gets around them
-- breaks the chain. Only the key of a patient can go: that is how a patient is erased.
CREATE TABLE ledger (id BLOB NOT NULL, created_by TEXT NOT NULL);
CREATE TABLE signer (public_key BLOB NOT NULL);
CREATE TABLE entry (
  sequence INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  about INTEGER NOT NULL,
  patient_key BLOB,
  hash BLOB NOT NULL,
  open BLOB NOT NULL,
  sealed BLOB
);
CREATE INDEX entry_about ON entry (about) WHERE about > 0;
CREATE INDEX entry_override ON entry (patient_key) WHERE kind = 3;
CREATE TABLE checkpoint (
  sequence INTEGER PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  hash BLOB NOT NULL,
  public_key BLOB NOT NULL,
  signature BLOB NOT NULL
);
CREATE TABLE patient_key (id BLOB PRIMARY KEY, patient BLOB NOT NULL, wrapped BLOB NOT NULL) WITHOUT ROWID;
CREATE INDEX patient_key_patient ON patient_key (patient);

CREATE TRIGGER entry_follows BEFORE INSERT ON entry
  WHEN NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM entry)
  BEGIN SELECT raise(ABORT, 'rows of a ledger follow each other'); END;
CREATE TRIGGER entry_stays BEFORE DELETE ON entry BEGIN SELECT raise(ABORT, 'rows of a ledger stay'); END;
CREATE TRIGGER entry_is_fixed BEFORE UPDATE ON entry BEGIN SELECT raise(ABORT, 'rows of a ledger are fixed'); END;
CREATE TRIGGER checkpoint_stays BEFORE DELETE ON checkpoint BEGIN SELECT raise(ABORT, 'checkpoints stay'); END;
CREATE TRIGGER checkpoint_is_fixed BEFORE UPDATE ON checkpoint BEGIN SELECT raise(ABORT, 'checkpoints are fixed'); END;
CREATE TRIGGER patient_key_is_fixed BEFORE UPDATE ON patient_key BEGIN SELECT raise(ABORT, 'keys are fixed'); END;
CREATE TRIGGER ledger_stays BEFORE DELETE ON ledger BEGIN SELECT raise(ABORT, 'a ledger keeps its name'); END;
CREATE TRIGGER ledger_is_fixed BEFORE UPDATE ON ledger BEGIN SELECT raise(ABORT, 'a ledger keeps its name'); END;
CREATE TRIGGER signer_stays BEFORE DELETE ON signer BEGIN SELECT raise(ABORT, 'the signer stays'); END;
CREATE TRIGGER signer_is_fixed BEFORE UPDATE ON signer BEGIN SELECT raise(ABORT, 'the signer stays'); END;
