-- Version 3: knowledge that others wrote, kept apart by source.

-- Only sources other than the knowledge base's own, which has precedence 1 (verified) and 2 (draft). precedence: of two
-- rules as severe, the one with the lower number is told first. rows_read, rows_left_out: of the files that were
-- imported; digest: of those files.
CREATE TABLE source (
  source TEXT NOT NULL PRIMARY KEY CHECK (source <> ''),
  kind TEXT NOT NULL CHECK (kind IN ('hospital', 'imported')),
  format TEXT NOT NULL CHECK (format <> ''),
  title TEXT NOT NULL CHECK (title <> ''),
  version TEXT NOT NULL,
  date TEXT NOT NULL,
  licence TEXT NOT NULL CHECK (licence <> ''),
  precedence INTEGER NOT NULL CHECK (precedence BETWEEN 3 AND 99),
  rows_read INTEGER NOT NULL CHECK (rows_read >= 0),
  rows_left_out INTEGER NOT NULL CHECK (rows_left_out BETWEEN 0 AND rows_read),
  digest TEXT NOT NULL,
  note TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- A rule without a row is the knowledge base's own. level: how grave the source calls it, in its words; place: where in
-- the files of the source it stands.
CREATE TABLE rule_source (
  rule TEXT NOT NULL PRIMARY KEY REFERENCES rule (id),
  source TEXT NOT NULL REFERENCES source,
  level TEXT NOT NULL,
  place TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The same of rows of other tables of the seed, by their first cell.
CREATE TABLE row_source (
  seed_table TEXT NOT NULL CHECK (seed_table IN ('classes', 'evidence', 'ingredients', 'names')),
  key TEXT NOT NULL,
  source TEXT NOT NULL REFERENCES source,
  PRIMARY KEY (seed_table, key)
) STRICT, WITHOUT ROWID;

-- Codes of products, beside those that stand with the ingredients. ingredients: joined with ' + '.
CREATE TABLE product_code (
  system TEXT NOT NULL CHECK (system IN ('rxnorm')),
  code TEXT NOT NULL CHECK (code <> ''),
  name TEXT NOT NULL CHECK (name <> ''),
  ingredients TEXT NOT NULL CHECK (ingredients <> ''),
  source TEXT REFERENCES source,
  PRIMARY KEY (system, code)
) STRICT, WITHOUT ROWID;
