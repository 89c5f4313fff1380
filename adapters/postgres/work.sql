-- What replicas share beside the ledger (docs/replicas.md): jobs and answers to requests that may come again. Inputs
-- and replies are sealed by the program; the server sees numbers, times and whose turn it is.
CREATE SCHEMA guardian_work;
CREATE TABLE guardian_work.job (
  id text PRIMARY KEY,
  owner bytea NOT NULL,
  work bytea NOT NULL,
  key_id bytea NOT NULL,
  wrapped bytea NOT NULL,
  total bigint NOT NULL,
  state text NOT NULL DEFAULT 'waiting',
  problem text NOT NULL DEFAULT '',
  begun timestamptz NOT NULL DEFAULT clock_timestamp(),
  ended timestamptz
);
CREATE TABLE guardian_work.piece (
  job text NOT NULL REFERENCES guardian_work.job ON DELETE CASCADE,
  place bigint NOT NULL,
  input bytea NOT NULL,
  reply bytea,
  worker text,
  lease timestamptz,
  attempts bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (job, place)
);
CREATE INDEX piece_open ON guardian_work.piece (place, job) WHERE reply IS NULL;
CREATE TABLE guardian_work.answer (
  id bytea PRIMARY KEY,
  fingerprint bytea NOT NULL,
  worker text NOT NULL,
  lease timestamptz NOT NULL,
  begun timestamptz NOT NULL DEFAULT clock_timestamp(),
  key_id bytea,
  wrapped bytea,
  reply bytea
);
CREATE INDEX answer_begun ON guardian_work.answer (begun);
