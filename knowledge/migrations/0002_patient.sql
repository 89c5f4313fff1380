-- Version 2: rules about the patient, and what they speak of. A new file has no rows yet, so what changes its shape is
-- made anew.
DROP TABLE condition_predicate;
DROP TABLE condition_concept;
DROP TABLE rule_condition;
DROP TABLE term_predicate;
DROP TABLE term_concept;
DROP TABLE rule_term;
DROP TABLE rule_evidence;
DROP TABLE rule_monitoring;
DROP TABLE rule;
DROP TABLE concept;

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
