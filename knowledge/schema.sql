-- The knowledge base, version 4. This file shows the whole schema; the numbered files under migrations/ create it, and a
-- test holds both equal. Empty text means "not stated"; a reference that may be absent is NULL.

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

CREATE TABLE condition (
  condition TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('disease', 'event', 'state', 'symptom', 'genotype', 'procedure', 'habit')),
  history TEXT NOT NULL,
  title TEXT NOT NULL CHECK (title <> ''),
  note TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE condition_parent (
  condition TEXT NOT NULL REFERENCES condition,
  parent TEXT NOT NULL REFERENCES condition,
  PRIMARY KEY (condition, parent)
) STRICT, WITHOUT ROWID;

-- condition: one, or several joined with ' + '.
CREATE TABLE condition_name (
  name TEXT NOT NULL PRIMARY KEY,
  condition TEXT NOT NULL,
  note TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE condition_code (
  system TEXT NOT NULL CHECK (system IN ('icd10', 'snomed')),
  code TEXT NOT NULL CHECK (code <> ''),
  condition TEXT NOT NULL REFERENCES condition,
  PRIMARY KEY (system, code)
) STRICT, WITHOUT ROWID;

-- stale_days NULL: it does not age. stands_in: another quantity that may be used where this one is not known.
CREATE TABLE quantity (
  quantity TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('lab', 'vital', 'measure', 'attribute')),
  title TEXT NOT NULL CHECK (title <> ''),
  unit TEXT NOT NULL CHECK (unit <> ''),
  low REAL NOT NULL,
  high REAL NOT NULL CHECK (high > low),
  stale_days REAL CHECK (stale_days > 0),
  stands_in TEXT NOT NULL,
  note TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE quantity_name (
  name TEXT NOT NULL PRIMARY KEY,
  quantity TEXT NOT NULL REFERENCES quantity,
  note TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE quantity_unit (
  quantity TEXT NOT NULL REFERENCES quantity,
  unit TEXT NOT NULL,
  factor REAL NOT NULL CHECK (factor > 0),
  "offset" REAL NOT NULL,
  PRIMARY KEY (quantity, unit)
) STRICT, WITHOUT ROWID;

-- What a number without a unit may be: one of `units` (joined with ' | '), between low and high in the canonical unit.
CREATE TABLE quantity_unstated (
  quantity TEXT NOT NULL PRIMARY KEY REFERENCES quantity,
  units TEXT NOT NULL CHECK (units <> ''),
  low REAL NOT NULL,
  high REAL NOT NULL CHECK (high > low)
) STRICT, WITHOUT ROWID;

CREATE TABLE condition_bound (
  condition TEXT NOT NULL REFERENCES condition,
  quantity TEXT NOT NULL REFERENCES quantity,
  low REAL NOT NULL,
  high REAL NOT NULL CHECK (high >= low),
  PRIMARY KEY (condition, quantity)
) STRICT, WITHOUT ROWID;

-- allergen: ingredients and classes ('class:x') joined with ' | '; '-' when the words name no allergy.
CREATE TABLE allergen (
  name TEXT NOT NULL PRIMARY KEY,
  allergen TEXT NOT NULL CHECK (allergen <> ''),
  note TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE reaction (
  phrase TEXT NOT NULL PRIMARY KEY,
  grade TEXT NOT NULL CHECK (grade IN ('anaphylaxis', 'angioedema', 'bronchospasm', 'severe_cutaneous', 'organ',
                                       'urticaria', 'rash', 'intolerance', 'unknown'))
) STRICT, WITHOUT ROWID;

-- selector: as in a term of a rule.
CREATE TABLE indication (
  selector TEXT NOT NULL,
  condition TEXT NOT NULL REFERENCES condition,
  line TEXT NOT NULL CHECK (line IN ('first', 'second', 'third')),
  note TEXT NOT NULL,
  evidence TEXT NOT NULL,
  PRIMARY KEY (selector, condition)
) STRICT, WITHOUT ROWID;

-- What a term of a rule asks for. name: ingredient, class, target, effect, condition or quantity; grade with sign for
-- an effect.
CREATE TABLE concept (
  concept TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('ingredient', 'class', 'role', 'effect', 'any', 'condition', 'quantity')),
  name TEXT NOT NULL,
  relation TEXT NOT NULL,
  grade INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- kind: what follows when it fires. outcome: the level of a red flag, the condition that a sign shows, else empty. Of a
-- red flag `effect` is its title and `management` what to do; a sign has no texts.
CREATE TABLE rule (
  rule_no INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('finding', 'red_flag', 'sign')),
  outcome TEXT NOT NULL,
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

-- step 0: an exception, which vetoes; +1 and -1: a modifier. looks_at: a medicine bound to the term term_no, any further
-- medicine of the case, or the patient (its terms are the rows of rule_term that name it).
CREATE TABLE rule_condition (
  rule_no INTEGER NOT NULL REFERENCES rule,
  position INTEGER NOT NULL,
  step INTEGER NOT NULL CHECK (step BETWEEN -1 AND 1),
  looks_at TEXT NOT NULL CHECK (looks_at IN ('term', 'case', 'patient')),
  term_no INTEGER CHECK ((term_no IS NOT NULL) = (looks_at = 'term')),
  reason TEXT NOT NULL,
  evidence TEXT NOT NULL,
  PRIMARY KEY (rule_no, position)
) STRICT, WITHOUT ROWID;

-- condition NULL: a term of the rule itself; else of that exception or modifier.
CREATE TABLE rule_term (
  rule_no INTEGER NOT NULL REFERENCES rule,
  term_no INTEGER NOT NULL,
  condition INTEGER,
  label TEXT NOT NULL CHECK (label IN ('object', 'precipitant', 'a', 'b', 'c', 'count', 'sum', 'drug', 'products',
                                       'condition', 'without', 'value', 'missing', 'allergy')),
  quantity INTEGER NOT NULL CHECK (quantity >= 1),
  on_unknown TEXT NOT NULL CHECK (on_unknown IN ('fire', 'ask', 'ignore', 'must')),
  PRIMARY KEY (rule_no, term_no),
  FOREIGN KEY (rule_no, condition) REFERENCES rule_condition (rule_no, position)
) STRICT, WITHOUT ROWID;

-- A term without rows is an allergy to the very ingredient of the medicine.
CREATE TABLE term_concept (
  rule_no INTEGER NOT NULL,
  term_no INTEGER NOT NULL,
  alternative INTEGER NOT NULL,
  position INTEGER NOT NULL,
  concept TEXT NOT NULL REFERENCES concept,
  PRIMARY KEY (rule_no, term_no, alternative, position),
  FOREIGN KEY (rule_no, term_no) REFERENCES rule_term
) STRICT, WITHOUT ROWID;

-- words: routes, grades or the exposure, joined with '|'; value and unit: of a number, as written.
CREATE TABLE term_predicate (
  rule_no INTEGER NOT NULL,
  term_no INTEGER NOT NULL,
  position INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('exposure', 'route', 'dose', 'duration', 'single', 'times', 'status', 'value',
                                     'within', 'reaction', 'years')),
  comparison TEXT NOT NULL CHECK (comparison IN ('=', '<', '<=', '>', '>=')),
  words TEXT NOT NULL,
  value REAL NOT NULL,
  unit TEXT NOT NULL,
  on_unknown TEXT NOT NULL CHECK (on_unknown IN ('fire', 'ask', 'ignore', 'must')),
  PRIMARY KEY (rule_no, term_no, position),
  FOREIGN KEY (rule_no, term_no) REFERENCES rule_term
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
  kind TEXT NOT NULL CHECK (kind IN ('exposure', 'route', 'dose', 'duration', 'single', 'times', 'status')),
  comparison TEXT NOT NULL CHECK (comparison IN ('=', '<', '<=', '>', '>=')),
  words TEXT NOT NULL,
  value REAL NOT NULL,
  unit TEXT NOT NULL,
  on_unknown TEXT NOT NULL CHECK (on_unknown IN ('fire', 'ask', 'ignore', 'must')),
  PRIMARY KEY (rule_no, condition, position),
  FOREIGN KEY (rule_no, condition) REFERENCES rule_condition (rule_no, position)
) STRICT, WITHOUT ROWID;

-- How long a stopped medicine counts for a rule, where that is not what its ingredient says. term: a label.
CREATE TABLE washout (
  rule TEXT NOT NULL REFERENCES rule (id),
  term TEXT NOT NULL,
  days REAL NOT NULL CHECK (days >= 0),
  evidence TEXT NOT NULL,
  PRIMARY KEY (rule, term)
) STRICT, WITHOUT ROWID;

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
