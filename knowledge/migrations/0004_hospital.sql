-- Version 4: a hospital's own rules, and what it lowers of others.

-- Of each rule of a source of the kind hospital. expires: the last day on which it counts. shadow: it is evaluated and
-- counted, and no finding.
CREATE TABLE local_rule (
  rule TEXT NOT NULL PRIMARY KEY REFERENCES rule (id),
  owner TEXT NOT NULL CHECK (owner <> ''),
  expires TEXT NOT NULL CHECK (expires <> ''),
  mode TEXT NOT NULL CHECK (mode IN ('active', 'shadow')),
  reason TEXT NOT NULL CHECK (reason <> '')
) STRICT, WITHOUT ROWID;

-- What a hospital ranks lower than the rule does. rule: explicit or inferred, of ours or of an imported source; severity:
-- what it comes to where nothing moves the rule.
CREATE TABLE lowering (
  rule TEXT NOT NULL,
  source TEXT NOT NULL REFERENCES source,
  severity TEXT NOT NULL CHECK (severity IN ('minor', 'moderate', 'major')),
  owner TEXT NOT NULL CHECK (owner <> ''),
  expires TEXT NOT NULL CHECK (expires <> ''),
  mode TEXT NOT NULL CHECK (mode IN ('active', 'shadow')),
  reason TEXT NOT NULL CHECK (reason <> ''),
  place TEXT NOT NULL,
  PRIMARY KEY (rule, source)
) STRICT, WITHOUT ROWID;

-- Who agreed to a lowering: Ed25519, in hexadecimal digits. at: when it was signed, as the signed text says.
CREATE TABLE sign_off (
  rule TEXT NOT NULL,
  source TEXT NOT NULL,
  key TEXT NOT NULL CHECK (length(key) = 64),
  at TEXT NOT NULL,
  signature TEXT NOT NULL CHECK (length(signature) = 128),
  PRIMARY KEY (rule, source, key),
  FOREIGN KEY (rule, source) REFERENCES lowering (rule, source)
) STRICT, WITHOUT ROWID;
