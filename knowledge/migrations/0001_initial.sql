-- Version 1: the first schema.
CREATE TABLE meta (
  key TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One blob each: the compiled rules, and the seal of the file (see store.cpp).
CREATE TABLE compiled (
  name TEXT NOT NULL PRIMARY KEY,
  data BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE evidence (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('label', 'guideline', 'safety', 'literature', 'reference')),
  source TEXT NOT NULL CHECK (source <> ''),
  title TEXT NOT NULL CHECK (title <> ''),
  section TEXT NOT NULL,
  year TEXT NOT NULL,
  locator TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('verified', 'draft'))
) STRICT, WITHOUT ROWID;

CREATE TABLE route (
  route TEXT NOT NULL PRIMARY KEY,
  exposure TEXT NOT NULL CHECK (exposure IN ('none', 'local', 'systemic'))
) STRICT, WITHOUT ROWID;

CREATE TABLE ingredient (
  ingredient TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('drug', 'biologic', 'vaccine', 'herb', 'food', 'substance', 'nutrient')),
  rxcui TEXT NOT NULL,
  atc TEXT NOT NULL,
  usual_route TEXT REFERENCES route,
  washout_days REAL CHECK (washout_days >= 0),
  note TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE exposure (
  ingredient TEXT NOT NULL REFERENCES ingredient,
  route TEXT NOT NULL REFERENCES route,
  exposure TEXT NOT NULL CHECK (exposure IN ('none', 'local', 'systemic')),
  evidence TEXT NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (ingredient, route)
) STRICT, WITHOUT ROWID;

CREATE TABLE name (
  name_no INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('synonym', 'brand', 'abbreviation', 'ambiguous')),
  route TEXT REFERENCES route,
  countries TEXT NOT NULL,
  strengths TEXT NOT NULL,
  note TEXT NOT NULL
) STRICT;

-- Of an ambiguous name: the alternatives; of any other: the ingredients of the product.
CREATE TABLE name_ingredient (
  name_no INTEGER NOT NULL REFERENCES name,
  position INTEGER NOT NULL,
  ingredient TEXT NOT NULL REFERENCES ingredient,
  PRIMARY KEY (name_no, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE lookalike (
  name TEXT NOT NULL,
  other TEXT NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (name, other)
) STRICT, WITHOUT ROWID;

CREATE TABLE class (
  class TEXT NOT NULL PRIMARY KEY,
  title TEXT NOT NULL,
  note TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE class_parent (
  class TEXT NOT NULL REFERENCES class,
  parent TEXT NOT NULL REFERENCES class,
  PRIMARY KEY (class, parent)
) STRICT, WITHOUT ROWID;

CREATE TABLE member (
  ingredient TEXT NOT NULL REFERENCES ingredient,
  class TEXT NOT NULL REFERENCES class,
  evidence TEXT NOT NULL,
  PRIMARY KEY (ingredient, class)
) STRICT, WITHOUT ROWID;

CREATE TABLE target (
  target TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('enzyme', 'transporter')),
  title TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- grade: 1 weak or minor, 2 moderate, 3 strong or sensitive.
CREATE TABLE role (
  ingredient TEXT NOT NULL REFERENCES ingredient,
  target TEXT NOT NULL REFERENCES target,
  relation TEXT NOT NULL CHECK (relation IN ('inhibitor', 'inducer', 'substrate', 'prodrug')),
  grade INTEGER NOT NULL CHECK (grade BETWEEN 1 AND 3),
  evidence TEXT NOT NULL,
  PRIMARY KEY (ingredient, target, relation)
) STRICT, WITHOUT ROWID;

CREATE TABLE effect_name (
  effect TEXT NOT NULL PRIMARY KEY,
  title TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- grade: the size from 1 to 3, its sign the direction.
CREATE TABLE effect (
  ingredient TEXT NOT NULL REFERENCES ingredient,
  effect TEXT NOT NULL REFERENCES effect_name,
  grade INTEGER NOT NULL CHECK (abs(grade) BETWEEN 1 AND 3),
  evidence TEXT NOT NULL,
  PRIMARY KEY (ingredient, effect)
) STRICT, WITHOUT ROWID;

-- What a term of a rule asks for. name: ingredient, class, target or effect; grade with sign for an effect.
CREATE TABLE concept (
  concept TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('ingredient', 'class', 'role', 'effect')),
  name TEXT NOT NULL,
  relation TEXT NOT NULL,
  grade INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE rule (
  rule_no INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  severity TEXT NOT NULL CHECK (severity IN ('minor', 'moderate', 'major', 'critical')),
  contraindication INTEGER NOT NULL CHECK (contraindication IN (0, 1)),
  settles INTEGER NOT NULL CHECK (settles IN (0, 1)),
  onset TEXT NOT NULL CHECK (onset IN ('', 'rapid', 'delayed')),
  status TEXT NOT NULL CHECK (status IN ('verified', 'draft')),
  mechanism TEXT NOT NULL,
  effect TEXT NOT NULL,
  management TEXT NOT NULL
) STRICT;

CREATE TABLE rule_monitoring (
  rule_no INTEGER NOT NULL REFERENCES rule,
  position INTEGER NOT NULL,
  item TEXT NOT NULL,
  PRIMARY KEY (rule_no, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE rule_evidence (
  rule_no INTEGER NOT NULL REFERENCES rule,
  position INTEGER NOT NULL,
  evidence TEXT NOT NULL REFERENCES evidence,
  PRIMARY KEY (rule_no, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE rule_term (
  rule_no INTEGER NOT NULL REFERENCES rule,
  term_no INTEGER NOT NULL,
  label TEXT NOT NULL CHECK (label IN ('object', 'precipitant', 'a', 'b', 'c', 'count', 'sum')),
  quantity INTEGER NOT NULL CHECK (quantity >= 1),
  PRIMARY KEY (rule_no, term_no)
) STRICT, WITHOUT ROWID;

CREATE TABLE term_concept (
  rule_no INTEGER NOT NULL,
  term_no INTEGER NOT NULL,
  alternative INTEGER NOT NULL,
  position INTEGER NOT NULL,
  concept TEXT NOT NULL REFERENCES concept,
  PRIMARY KEY (rule_no, term_no, alternative, position),
  FOREIGN KEY (rule_no, term_no) REFERENCES rule_term
) STRICT, WITHOUT ROWID;

-- words: the routes or the exposure, joined with '|'; value and unit: of a dose or duration, as written.
CREATE TABLE term_predicate (
  rule_no INTEGER NOT NULL,
  term_no INTEGER NOT NULL,
  position INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('exposure', 'route', 'dose', 'duration')),
  comparison TEXT NOT NULL CHECK (comparison IN ('=', '<', '<=', '>', '>=')),
  words TEXT NOT NULL,
  value REAL NOT NULL,
  unit TEXT NOT NULL,
  on_unknown TEXT NOT NULL CHECK (on_unknown IN ('fire', 'ask', 'ignore')),
  PRIMARY KEY (rule_no, term_no, position),
  FOREIGN KEY (rule_no, term_no) REFERENCES rule_term
) STRICT, WITHOUT ROWID;

-- step 0: an exception, which vetoes; +1 and -1: a modifier. term_no NULL: any further medicine of the case.
CREATE TABLE rule_condition (
  rule_no INTEGER NOT NULL REFERENCES rule,
  position INTEGER NOT NULL,
  step INTEGER NOT NULL CHECK (step BETWEEN -1 AND 1),
  term_no INTEGER,
  reason TEXT NOT NULL,
  evidence TEXT NOT NULL,
  PRIMARY KEY (rule_no, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE condition_concept (
  rule_no INTEGER NOT NULL,
  condition INTEGER NOT NULL,
  alternative INTEGER NOT NULL,
  position INTEGER NOT NULL,
  concept TEXT NOT NULL REFERENCES concept,
  PRIMARY KEY (rule_no, condition, alternative, position),
  FOREIGN KEY (rule_no, condition) REFERENCES rule_condition (rule_no, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE condition_predicate (
  rule_no INTEGER NOT NULL,
  condition INTEGER NOT NULL,
  position INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('exposure', 'route', 'dose', 'duration')),
  comparison TEXT NOT NULL CHECK (comparison IN ('=', '<', '<=', '>', '>=')),
  words TEXT NOT NULL,
  value REAL NOT NULL,
  unit TEXT NOT NULL,
  on_unknown TEXT NOT NULL CHECK (on_unknown IN ('fire', 'ask', 'ignore')),
  PRIMARY KEY (rule_no, condition, position),
  FOREIGN KEY (rule_no, condition) REFERENCES rule_condition (rule_no, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE template (
  id TEXT NOT NULL PRIMARY KEY,
  relation TEXT NOT NULL CHECK (relation IN ('inhibitor', 'inducer')),
  strength INTEGER NOT NULL CHECK (strength BETWEEN 1 AND 3),
  object TEXT NOT NULL CHECK (object IN ('substrate', 'prodrug')),
  sensitivity INTEGER NOT NULL CHECK (sensitivity BETWEEN 1 AND 3),
  narrow_index INTEGER NOT NULL CHECK (narrow_index IN (0, 1)),
  severity TEXT NOT NULL CHECK (severity IN ('minor', 'moderate', 'major')),
  mechanism TEXT NOT NULL,
  effect TEXT NOT NULL,
  management TEXT NOT NULL,
  monitoring TEXT NOT NULL,
  onset TEXT NOT NULL CHECK (onset IN ('', 'rapid', 'delayed')),
  evidence TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE template_target (
  template TEXT NOT NULL REFERENCES template,
  target TEXT NOT NULL REFERENCES target,
  PRIMARY KEY (template, target)
) STRICT, WITHOUT ROWID;
