-- The patient oracle: every rule that looks at the patient, or at one medicine alone, decided anew from the base tables
-- for many cases at once.
--
-- It shares nothing with the engine: no code, no compiled rules, no closure that the compiler wrote. Tables of the
-- knowledge base are written main.x; every table made here is TEMP and lives until the caller rolls back. The caller has
-- made and filled the tables of given facts (patient_oracle.cpp), keyed by the number of a case, and reads the
-- views `not_known` and `not_understood` (both must be empty) and `oracle_row`.
--
-- Truth is a number: 0 no, 1 unknown, 2 yes, so that "and" is min, "or" is max, "not" is 2 - x, and what an interval
-- says of a limit is what its low end says plus what its high end says. A term or predicate without an answer of its
-- own says in on_unknown what that means. CROSS JOIN fixes the order of the tables: the planner has no statistics of a
-- TEMP table.

CREATE TEMP TABLE severity_rank (word TEXT NOT NULL PRIMARY KEY, rank INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO severity_rank VALUES ('minor', 1), ('moderate', 2), ('major', 3), ('critical', 4);

----------------------------------------------------------------------------------------------------------------------
-- 1. The rules. scope `patient`: red flags, and findings that have a term about the patient, or `products`, or one
-- medicine alone; these are decided here. Those of two medicines (`pair`) and of more (`set`) are only taken in where
-- the caller wants them judged (the table judged_scope), and are decided in medicine_oracle.sql. What a hospital set aside
-- for the day (the table left_out) is no rule here.

CREATE TEMP TABLE label_kind (label TEXT NOT NULL PRIMARY KEY, medicine INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO label_kind VALUES ('object', 1), ('precipitant', 1), ('a', 1), ('b', 1), ('c', 1), ('drug', 1),
  ('products', 1), ('count', 1), ('sum', 1), ('condition', 0), ('without', 0), ('value', 0), ('missing', 0), ('allergy', 0);

CREATE TEMP TABLE patient_rule (
  rule INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  rank INTEGER NOT NULL,
  contraindication INTEGER NOT NULL,
  medicines INTEGER NOT NULL,
  scope TEXT NOT NULL,
  type TEXT NOT NULL,
  settles INTEGER NOT NULL
);
INSERT INTO patient_rule
SELECT *
FROM (SELECT r.rule_no, r.id, r.kind, s.rank, r.contraindication, h.medicines,
             CASE WHEN r.kind = 'red_flag' OR h.about_patient THEN 'patient'
                  WHEN h.terms = 1 AND NOT h.counted THEN 'patient'
                  WHEN h.terms = 2 AND NOT h.counted THEN 'pair'
                  ELSE 'set' END AS scope,
             r.type, r.settles
      FROM (SELECT t.rule_no, count(*) AS terms, sum(k.medicine) AS medicines,
                   max(t.label IN ('products', 'condition', 'without', 'value', 'missing', 'allergy')) AS about_patient,
                   max(t.label IN ('count', 'sum')) AS counted
            FROM main.rule_term AS t LEFT JOIN label_kind AS k ON k.label = t.label
            WHERE t.condition IS NULL
            GROUP BY t.rule_no) AS h
      CROSS JOIN main.rule AS r ON r.rule_no = h.rule_no
      CROSS JOIN severity_rank AS s ON s.word = r.severity
      WHERE r.kind <> 'sign')
WHERE scope IN (SELECT scope FROM judged_scope)
  AND id NOT IN (SELECT rule FROM left_out);

-- position: of a medicine among the medicines of the rule. condition: the exception or modifier that a term belongs to.
CREATE TEMP TABLE term (
  rule INTEGER NOT NULL,
  term INTEGER NOT NULL,
  condition INTEGER,
  label TEXT NOT NULL,
  position INTEGER,
  quantity INTEGER NOT NULL,
  on_unknown TEXT NOT NULL,
  concepts INTEGER NOT NULL,
  washout_days REAL,
  PRIMARY KEY (rule, term)
) WITHOUT ROWID;
INSERT INTO term
SELECT t.rule_no, t.term_no, t.condition, t.label,
       CASE WHEN k.medicine THEN row_number() OVER (PARTITION BY t.rule_no, k.medicine ORDER BY t.term_no) END,
       t.quantity, t.on_unknown,
       (SELECT count(*) FROM main.term_concept AS c WHERE c.rule_no = t.rule_no AND c.term_no = t.term_no),
       (SELECT w.days FROM main.washout AS w WHERE w.rule = r.id AND w.term = t.label)
FROM patient_rule AS r
CROSS JOIN main.rule_term AS t ON t.rule_no = r.rule
LEFT JOIN label_kind AS k ON k.label = t.label;
CREATE INDEX term_by_condition ON term (rule, condition, term);

-- Predicates, with a limit that is a number in mg, units, administrations a day, days, years or the unit of a quantity.
CREATE TEMP TABLE need (
  need INTEGER PRIMARY KEY,
  rule INTEGER NOT NULL,
  term INTEGER,       -- of a term
  condition INTEGER,  -- of an exception or modifier that looks at medicines
  kind TEXT NOT NULL,
  comparison TEXT NOT NULL,
  words TEXT NOT NULL,
  unit TEXT NOT NULL,
  on_unknown TEXT NOT NULL,
  by_mass INTEGER,
  per_kg INTEGER NOT NULL,
  number REAL
);
CREATE TEMP TABLE dose_unit (unit TEXT NOT NULL PRIMARY KEY, by_mass INTEGER NOT NULL, mg REAL NOT NULL) WITHOUT ROWID;
INSERT INTO dose_unit VALUES ('g', 1, 1000.0), ('mg', 1, 1.0), ('mcg', 1, 0.001), ('units', 0, 1.0), ('meq', 0, 1.0);

INSERT INTO need (rule, term, condition, kind, comparison, words, unit, on_unknown, by_mass, per_kg, number)
SELECT p.rule, p.term, p.condition, p.kind, p.comparison, p.words, p.unit, p.on_unknown, u.by_mass, p.per_kg,
       CASE WHEN p.kind = 'dose' AND p.unit LIKE '%/week' THEN p.value * u.mg / 7.0
            WHEN p.kind IN ('dose', 'single') THEN p.value * u.mg
            WHEN p.kind = 'times' THEN CASE p.unit WHEN '/day' THEN p.value WHEN '/week' THEN p.value / 7.0 END
            WHEN p.kind IN ('duration', 'within') THEN CASE p.unit WHEN 'd' THEN p.value END
            WHEN p.kind = 'years' THEN CASE p.unit WHEN 'y' THEN p.value END
            WHEN p.kind = 'value' THEN p.value
       END
FROM (SELECT q.*, instr(q.per_time_off, '/kg') > 0 AS per_kg, replace(q.per_time_off, '/kg', '') AS amount
      FROM (SELECT o.*, CASE WHEN o.kind = 'dose' THEN replace(replace(replace(o.unit, '/day', ''), '/week', ''), '/h', '')
                                   ELSE o.unit END
                        AS per_time_off
            FROM (SELECT r.rule, p.term_no AS term, NULL AS condition, p.kind, p.comparison, p.words, p.value, p.unit,
                         p.on_unknown
                  FROM patient_rule AS r CROSS JOIN main.term_predicate AS p ON p.rule_no = r.rule
                  UNION ALL
                  SELECT r.rule, NULL, p.condition, p.kind, p.comparison, p.words, p.value, p.unit, p.on_unknown
                  FROM patient_rule AS r CROSS JOIN main.condition_predicate AS p ON p.rule_no = r.rule) AS o) AS q) AS p
LEFT JOIN dose_unit AS u ON u.unit = p.amount AND p.kind IN ('dose', 'single');
CREATE INDEX need_of_term ON need (rule, term);
CREATE INDEX need_of_condition ON need (rule, condition);

-- An oracle must not guess: what this file does not know how to read is an error.
CREATE TEMP VIEW not_understood (what) AS
SELECT r.id || ': predicate ' || n.kind || n.comparison || n.words || coalesce(n.number, '') || ' ' || n.unit
FROM need AS n
CROSS JOIN patient_rule AS r ON r.rule = n.rule
LEFT JOIN term AS t ON t.rule = n.rule AND t.term = n.term
LEFT JOIN label_kind AS k ON k.label = t.label
WHERE NOT CASE n.kind
            WHEN 'exposure' THEN n.comparison = '=' AND n.words IN ('any', 'local', 'systemic')
            WHEN 'route' THEN n.comparison = '=' AND n.words <> ''
            WHEN 'reaction' THEN n.comparison = '=' AND n.words <> ''
            WHEN 'status' THEN n.comparison = '=' AND n.words <> ''
                                AND rtrim(replace(replace(replace(replace(n.words, 'order', ''), 'taken', ''), 'start', ''), 'stopped', ''), '|') = ''
            WHEN 'dose' THEN n.comparison <> '=' AND n.number IS NOT NULL AND (n.unit LIKE '%/day' OR n.unit LIKE '%/week' OR n.unit LIKE '%/h')
            WHEN 'single' THEN n.comparison <> '=' AND n.number IS NOT NULL
            WHEN 'years' THEN n.comparison <> '=' AND n.number IS NOT NULL AND n.on_unknown IN ('fire', 'ignore')
            WHEN 'value' THEN n.comparison <> '='
                              AND n.unit = (SELECT q.unit FROM main.term_concept AS c
                                            CROSS JOIN main.concept AS o ON o.concept = c.concept
                                            CROSS JOIN main.quantity AS q ON q.quantity = o.name
                                            WHERE c.rule_no = n.rule AND c.term_no = n.term)
            ELSE n.comparison <> '=' AND n.number IS NOT NULL
          END
   OR NOT CASE WHEN n.term IS NULL OR k.medicine
                 THEN n.kind IN ('exposure', 'route', 'dose', 'single', 'times', 'duration', 'status')
               WHEN t.label IN ('condition', 'without', 'missing') THEN n.kind = 'within'
               WHEN t.label = 'value' THEN n.kind IN ('value', 'within')
               WHEN t.label = 'allergy' THEN n.kind IN ('reaction', 'years')
               ELSE 0 END
UNION ALL
SELECT r.id || ': ' || t.label || ' term ' || t.term
FROM term AS t
CROSS JOIN patient_rule AS r ON r.rule = t.rule
LEFT JOIN label_kind AS k ON k.label = t.label
WHERE k.label IS NULL
   OR (r.scope = 'patient' AND t.label IN ('count', 'sum'))
   OR (t.condition IS NOT NULL AND k.medicine)
   OR (t.concepts = 0 AND t.label <> 'allergy')
   OR (t.concepts <> 1 AND t.label IN ('value', 'missing'))
   OR (t.label IN ('value', 'missing')
       AND NOT EXISTS (SELECT 1 FROM need AS n
                       WHERE n.rule = t.rule AND n.term = t.term AND (n.kind = 'value') = (t.label = 'value')))
   OR EXISTS (SELECT 1 FROM main.term_concept AS c CROSS JOIN main.concept AS o ON o.concept = c.concept
              WHERE c.rule_no = t.rule AND c.term_no = t.term
                AND NOT CASE WHEN k.medicine THEN o.kind IN ('ingredient', 'class', 'role', 'effect', 'any')
                             WHEN t.label = 'allergy' THEN o.kind IN ('ingredient', 'class')
                             WHEN t.label IN ('condition', 'without') THEN o.kind = 'condition'
                             ELSE o.kind = 'quantity' END)
UNION ALL
SELECT r.id || ': ' || r.medicines || ' medicines' FROM patient_rule AS r
WHERE r.medicines NOT BETWEEN 1 AND 3
   OR (r.scope = 'set' AND EXISTS (SELECT 1 FROM term AS t WHERE t.rule = r.rule AND t.label IN ('count', 'sum'))
       AND r.medicines > 2)
UNION ALL
SELECT r.id || ': condition ' || c.position
FROM patient_rule AS r CROSS JOIN main.rule_condition AS c ON c.rule_no = r.rule
WHERE EXISTS (SELECT 1 FROM term AS t WHERE t.rule = r.rule AND t.condition = c.position) <> (c.looks_at = 'patient')
   OR (c.looks_at = 'patient'
       AND (EXISTS (SELECT 1 FROM main.condition_concept AS n WHERE n.rule_no = r.rule AND n.condition = c.position)
            OR EXISTS (SELECT 1 FROM main.condition_predicate AS n WHERE n.rule_no = r.rule AND n.condition = c.position)))
   OR (c.looks_at = 'term' AND NOT EXISTS (SELECT 1 FROM term AS t WHERE t.rule = r.rule AND t.term = c.term_no
                                                                   AND t.position IS NOT NULL))
UNION ALL
SELECT w.rule || ': washout of ' || w.term
FROM patient_rule AS r CROSS JOIN main.washout AS w ON w.rule = r.id
WHERE NOT EXISTS (SELECT 1 FROM term AS t WHERE t.rule = r.rule AND t.label = w.term AND t.position IS NOT NULL);

----------------------------------------------------------------------------------------------------------------------
-- 2. Names that the cases give and the knowledge base has not.

CREATE TEMP VIEW not_known (what) AS
SELECT 'ingredient ' || ingredient FROM given_drug WHERE ingredient NOT IN (SELECT ingredient FROM main.ingredient)
UNION ALL
SELECT 'route ' || route FROM given_drug WHERE route NOT IN (SELECT route FROM main.route)
UNION ALL
SELECT 'condition ' || condition FROM given_condition WHERE condition NOT IN (SELECT condition FROM main.condition)
UNION ALL
SELECT 'quantity ' || quantity FROM given_quantity WHERE quantity NOT IN (SELECT quantity FROM main.quantity)
UNION ALL
SELECT 'allergen ' || allergen FROM given_allergy
WHERE allergen NOT IN (SELECT ingredient FROM main.ingredient UNION ALL SELECT 'class:' || class FROM main.class)
UNION ALL
SELECT 'reaction ' || reaction FROM given_allergy
WHERE reaction NOT IN ('anaphylaxis', 'angioedema', 'bronchospasm', 'severe_cutaneous', 'organ', 'urticaria', 'rash',
                       'intolerance', 'unknown');

----------------------------------------------------------------------------------------------------------------------
-- 3. The concepts that medicines and allergens light. A substance is written as an allergen is: `class:x` or an ingredient.

CREATE TEMP TABLE substance (substance TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID;
INSERT INTO substance SELECT ingredient FROM given_drug UNION SELECT allergen FROM given_allergy;

-- Its classes and all classes above them; UNION drops what was seen before, so that even a cycle ends.
CREATE TEMP TABLE substance_class (
  class TEXT NOT NULL,
  substance TEXT NOT NULL,
  PRIMARY KEY (class, substance)
) WITHOUT ROWID;
INSERT INTO substance_class
WITH RECURSIVE upward (class, substance) AS (
  SELECT m.class, s.substance FROM substance AS s CROSS JOIN main.member AS m ON m.ingredient = s.substance
  UNION
  SELECT substr(substance, 7), substance FROM substance WHERE substance LIKE 'class:%'
  UNION
  SELECT p.parent, u.substance FROM upward AS u CROSS JOIN main.class_parent AS p ON p.class = u.class
)
SELECT class, substance FROM upward;

-- A role or effect of a higher grade lights the lower one as well.
CREATE TEMP TABLE lit (
  concept TEXT NOT NULL,
  substance TEXT NOT NULL,
  PRIMARY KEY (concept, substance)
) WITHOUT ROWID;
INSERT INTO lit
SELECT c.concept, s.substance
FROM main.concept AS c CROSS JOIN substance AS s ON s.substance = c.name
WHERE c.kind = 'ingredient'
UNION ALL
SELECT c.concept, k.substance
FROM main.concept AS c CROSS JOIN substance_class AS k ON k.class = c.name
WHERE c.kind = 'class'
UNION ALL
SELECT c.concept, s.substance
FROM main.concept AS c
CROSS JOIN main.role AS r ON r.target = c.name AND r.relation = c.relation AND r.grade >= c.grade
CROSS JOIN substance AS s ON s.substance = r.ingredient
WHERE c.kind = 'role'
UNION ALL
SELECT c.concept, s.substance
FROM main.concept AS c
CROSS JOIN main.effect AS e ON e.effect = c.name AND sign(e.grade) = sign(c.grade) AND abs(e.grade) >= abs(c.grade)
CROSS JOIN substance AS s ON s.substance = e.ingredient
WHERE c.kind = 'effect'
UNION ALL
SELECT c.concept, s.substance
FROM main.concept AS c CROSS JOIN substance AS s ON s.substance NOT LIKE 'class:%'
WHERE c.kind = 'any';

-- Relational division: an alternative holds if as many of its concepts are lit as it has.
CREATE TEMP TABLE term_lit (
  substance TEXT NOT NULL,
  rule INTEGER NOT NULL,
  term INTEGER NOT NULL,
  PRIMARY KEY (substance, rule, term)
) WITHOUT ROWID;
INSERT INTO term_lit
SELECT DISTINCT substance, rule, term
FROM (SELECT l.substance, t.rule, t.term
      FROM term AS t
      CROSS JOIN main.term_concept AS c ON c.rule_no = t.rule AND c.term_no = t.term
      CROSS JOIN lit AS l ON l.concept = c.concept
      WHERE t.position IS NOT NULL OR t.label = 'allergy'
      GROUP BY t.rule, t.term, c.alternative, l.substance
      HAVING count(*) = (SELECT count(*) FROM main.term_concept AS n
                         WHERE n.rule_no = t.rule AND n.term_no = t.term AND n.alternative = c.alternative));

-- Of exceptions and modifiers that look at medicines; one without concepts speaks of every medicine.
CREATE TEMP TABLE condition_lit (
  substance TEXT NOT NULL,
  rule INTEGER NOT NULL,
  condition INTEGER NOT NULL,
  PRIMARY KEY (substance, rule, condition)
) WITHOUT ROWID;
INSERT INTO condition_lit
SELECT DISTINCT substance, rule, condition
FROM (SELECT l.substance, r.rule, c.condition
      FROM patient_rule AS r
      CROSS JOIN main.condition_concept AS c ON c.rule_no = r.rule
      CROSS JOIN lit AS l ON l.concept = c.concept
      GROUP BY r.rule, c.condition, c.alternative, l.substance
      HAVING count(*) = (SELECT count(*) FROM main.condition_concept AS n
                         WHERE n.rule_no = r.rule AND n.condition = c.condition AND n.alternative = c.alternative));

----------------------------------------------------------------------------------------------------------------------
-- 4. Medicines. What reaches the blood of one ingredient is the sum over its medicines: the same one stated twice counts
-- once, an order under the name of a medicine that is taken is its new dose, an unknown dose makes the sum unknown.

CREATE TEMP TABLE total (
  case_no INTEGER NOT NULL,
  ingredient TEXT NOT NULL,
  daily_mg REAL,
  daily_units REAL,
  PRIMARY KEY (case_no, ingredient)
) WITHOUT ROWID;
INSERT INTO total
SELECT case_no, ingredient,
       CASE WHEN count(daily_mg) = count(*) THEN sum(daily_mg) END,
       CASE WHEN count(daily_units) = count(*) THEN sum(daily_units) END
FROM (SELECT DISTINCT d.case_no, d.ingredient, d.route, d.fixed_product, d.daily_mg, d.daily_units
      FROM given_drug AS d
      WHERE NOT d.stopped AND d.exposure = 'systemic'
        AND (d.ordered
             OR NOT EXISTS (SELECT 1 FROM given_drug AS o
                            WHERE o.case_no = d.case_no AND o.ingredient = d.ingredient AND o.name_key = d.name_key
                              AND o.ordered AND o.route IS d.route AND NOT o.stopped AND o.exposure = 'systemic')))
GROUP BY case_no, ingredient;

CREATE TEMP TABLE drug (
  drug INTEGER PRIMARY KEY,
  case_no INTEGER NOT NULL,
  ingredient TEXT NOT NULL,
  exposure TEXT NOT NULL,
  route TEXT,
  daily_mg REAL,
  daily_units REAL,
  single_mg REAL,
  single_units REAL,
  rate_mg REAL,
  rate_units REAL,
  times_per_day REAL,
  weight_kg REAL,
  duration_days REAL,
  stopped INTEGER NOT NULL,
  stopped_days REAL,
  washout_days REAL,
  acts INTEGER NOT NULL,     -- was stopped, but for no longer than a day or the washout of the ingredient
  ordered INTEGER NOT NULL,
  begins INTEGER NOT NULL,   -- an order of what is neither taken nor acts still
  as_needed INTEGER NOT NULL,
  name_key TEXT NOT NULL,
  source INTEGER NOT NULL
);
INSERT INTO drug
SELECT d.fact, d.case_no, d.ingredient, d.exposure, d.route,
       CASE WHEN d.stopped OR d.exposure <> 'systemic' THEN d.daily_mg ELSE s.daily_mg END,
       CASE WHEN d.stopped OR d.exposure <> 'systemic' THEN d.daily_units ELSE s.daily_units END,
       d.single_mg, d.single_units, d.rate_mg, d.rate_units, d.times_per_day, d.weight_kg, d.duration_days, d.stopped, d.stopped_days,
       i.washout_days, d.stopped AND (d.stopped_days IS NULL OR d.stopped_days <= max(1.0, coalesce(i.washout_days, 0.0))),
       d.ordered,
       d.ordered AND NOT d.stopped
         AND NOT EXISTS (SELECT 1 FROM given_drug AS o
                         WHERE o.case_no = d.case_no AND o.ingredient = d.ingredient AND o.exposure = 'systemic'
                           AND CASE WHEN NOT o.stopped THEN NOT o.ordered
                                    ELSE o.stopped_days IS NULL
                                         OR o.stopped_days <= max(1.0, coalesce(i.washout_days, 0.0)) END),
       d.as_needed, d.name_key, d.source
FROM given_drug AS d
CROSS JOIN main.ingredient AS i ON i.ingredient = d.ingredient
LEFT JOIN total AS s ON s.case_no = d.case_no AND s.ingredient = d.ingredient;
CREATE INDEX drug_of_case ON drug (case_no, ingredient);

-- What a predicate says of a medicine: 1, 0 or not known (NULL).
CREATE TEMP VIEW drug_answer (need, drug, answer) AS
SELECT need, drug,
       CASE kind
         WHEN 'exposure' THEN words = 'any' OR words = CASE exposure WHEN 'systemic' THEN 'systemic' ELSE 'local' END
         -- "iv" is said of "iv push" too
         WHEN 'route' THEN instr('|' || words || '|', '|' || route || '|') > 0
                           OR instr('|' || words || '|', '|' || substr(route, 1, instr(route || ' ', ' ') - 1) || '|') > 0
         WHEN 'status' THEN CASE WHEN stopped AND instr('|' || words || '|', '|stopped|') > 0 THEN acts
                                 WHEN NOT ordered THEN instr('|' || words || '|', '|taken|') > 0
                                 ELSE instr('|' || words || '|', '|order|') > 0
                                      OR (begins AND instr('|' || words || '|', '|start|') > 0) END
         ELSE CASE comparison WHEN '<' THEN amount < number
                              WHEN '<=' THEN amount <= number
                              WHEN '>' THEN amount > number
                              WHEN '>=' THEN amount >= number END
       END
FROM (SELECT n.need, n.kind, n.words, n.comparison, n.number, n.unit, d.drug, d.exposure, d.route, d.ordered, d.begins,
             d.stopped, d.acts,
             CASE n.kind WHEN 'times' THEN d.times_per_day
                         WHEN 'duration' THEN d.duration_days
                         WHEN 'dose' THEN CASE WHEN n.unit LIKE '%/h'
                                               THEN CASE WHEN n.by_mass THEN d.rate_mg ELSE d.rate_units END
                                               WHEN n.by_mass THEN d.daily_mg ELSE d.daily_units END
                         ELSE CASE WHEN n.by_mass THEN d.single_mg ELSE d.single_units END
             END / CASE WHEN n.per_kg THEN d.weight_kg ELSE 1.0 END AS amount
      FROM need AS n CROSS JOIN drug AS d);

-- `products`: so many medicines of one ingredient of which no two are the same product, or an order that changes a
-- medicine, or a dose as needed beside a fixed one. A set is written as the list of its medicines, ascending.
CREATE TEMP TABLE apart (case_no INTEGER NOT NULL, ingredient TEXT NOT NULL, medicines INTEGER NOT NULL,
                         PRIMARY KEY (case_no, ingredient)) WITHOUT ROWID;
INSERT INTO apart
WITH RECURSIVE
  most (medicines) AS (SELECT coalesce(max(quantity), 0) FROM term WHERE label = 'products'),
  several (case_no, ingredient) AS (
    SELECT case_no, ingredient FROM drug WHERE NOT stopped AND exposure = 'systemic'
    GROUP BY case_no, ingredient HAVING count(*) > 1),
  sets (case_no, ingredient, last, list, medicines) AS (
    SELECT d.case_no, d.ingredient, d.drug, json_array(d.drug), 1
    FROM several AS s CROSS JOIN drug AS d ON d.case_no = s.case_no AND d.ingredient = s.ingredient
    WHERE NOT d.stopped AND d.exposure = 'systemic'
    UNION ALL
    SELECT s.case_no, s.ingredient, d.drug, json_insert(s.list, '$[#]', d.drug), s.medicines + 1
    FROM sets AS s CROSS JOIN drug AS d ON d.case_no = s.case_no AND d.ingredient = s.ingredient AND d.drug > s.last
    WHERE s.medicines < (SELECT medicines FROM most)
      AND NOT d.stopped AND d.exposure = 'systemic'
      AND NOT EXISTS (SELECT 1
                      FROM json_each(s.list) AS e CROSS JOIN drug AS o ON o.drug = e.value
                      WHERE o.source = d.source
                         OR (o.name_key = d.name_key
                             AND ((o.ordered <> d.ordered AND o.route IS d.route) OR o.as_needed OR d.as_needed))))
SELECT case_no, ingredient, max(medicines) FROM sets GROUP BY case_no, ingredient;

-- The medicines that can fill a term of a rule. One that was stopped counts in red flags and where the rule has a
-- washout of its own: for a day, for its washout, or when it is not known since when. A red flag takes the longest.
CREATE TEMP TABLE filled (
  case_no INTEGER NOT NULL,
  rule INTEGER NOT NULL,
  position INTEGER NOT NULL,
  drug INTEGER NOT NULL,
  term INTEGER NOT NULL,
  ingredient TEXT NOT NULL,
  asks INTEGER NOT NULL,
  PRIMARY KEY (case_no, rule, position, drug)
) WITHOUT ROWID;
INSERT INTO filled
SELECT d.case_no, t.rule, t.position, d.drug, t.term, d.ingredient,
       EXISTS (SELECT 1 FROM need AS n CROSS JOIN drug_answer AS v ON v.need = n.need AND v.drug = d.drug
               WHERE n.rule = t.rule AND n.term = t.term AND v.answer IS NULL AND n.on_unknown IN ('ask', 'must'))
FROM drug AS d
CROSS JOIN term_lit AS l ON l.substance = d.ingredient
CROSS JOIN term AS t ON t.rule = l.rule AND t.term = l.term AND t.position IS NOT NULL
CROSS JOIN patient_rule AS r ON r.rule = t.rule AND r.scope = 'patient'
WHERE (NOT d.stopped
       OR ((r.kind = 'red_flag' OR t.washout_days IS NOT NULL)
           AND (d.stopped_days IS NULL
                OR (r.kind = 'red_flag' AND d.acts)
                OR (t.washout_days IS NULL AND d.stopped_days <= 1.0)
                OR d.stopped_days <= coalesce(t.washout_days, d.washout_days))))
  AND (d.exposure = 'systemic'
       OR EXISTS (SELECT 1 FROM need AS n WHERE n.rule = t.rule AND n.term = t.term AND n.kind = 'exposure'))
  AND (t.label <> 'products'
       OR t.quantity <= coalesce((SELECT a.medicines FROM apart AS a
                                  WHERE a.case_no = d.case_no AND a.ingredient = d.ingredient), 1))
  AND NOT EXISTS (SELECT 1 FROM need AS n CROSS JOIN drug_answer AS v ON v.need = n.need AND v.drug = d.drug
                  WHERE n.rule = t.rule AND n.term = t.term
                    AND (v.answer = 0 OR (v.answer IS NULL AND n.on_unknown = 'ignore')));

-- The rules that some medicine of the case can be the subject of.
CREATE TEMP TABLE reach (case_no INTEGER NOT NULL, rule INTEGER NOT NULL, PRIMARY KEY (case_no, rule)) WITHOUT ROWID;
INSERT INTO reach SELECT DISTINCT case_no, rule FROM filled WHERE position = 1;
INSERT OR IGNORE INTO reach
SELECT DISTINCT d.case_no, l.rule
FROM drug AS d
CROSS JOIN term_lit AS l ON l.substance = d.ingredient
CROSS JOIN patient_rule AS r ON r.rule = l.rule AND r.scope <> 'patient';

----------------------------------------------------------------------------------------------------------------------
-- 5. Conditions. An event of an unknown date: what the predicate says that means; of an exception or modifier it stays
-- unknown, since what is not known neither vetoes nor moves.

CREATE TEMP TABLE above (
  condition TEXT NOT NULL,
  above TEXT NOT NULL,
  PRIMARY KEY (condition, above)
) WITHOUT ROWID;
INSERT INTO above
WITH RECURSIVE upward (condition, above) AS (
  SELECT DISTINCT condition, condition FROM given_condition
  UNION
  SELECT u.condition, p.parent FROM upward AS u CROSS JOIN main.condition_parent AS p ON p.condition = u.above
)
SELECT condition, above FROM upward;

CREATE TEMP TABLE asked_condition (
  condition TEXT NOT NULL,
  rule INTEGER NOT NULL,
  term INTEGER NOT NULL,
  alternative INTEGER NOT NULL,
  position INTEGER NOT NULL,
  of_alternative INTEGER NOT NULL,  -- how many the alternative asks for
  PRIMARY KEY (condition, rule, term, alternative, position)
) WITHOUT ROWID;
INSERT INTO asked_condition
SELECT o.name, t.rule, t.term, c.alternative, c.position,
       count(*) OVER (PARTITION BY t.rule, t.term, c.alternative)
FROM term AS t
CROSS JOIN main.term_concept AS c ON c.rule_no = t.rule AND c.term_no = t.term
CROSS JOIN main.concept AS o ON o.concept = c.concept
WHERE t.label IN ('condition', 'without');

-- No row: no.
CREATE TEMP TABLE condition_truth (
  case_no INTEGER NOT NULL,
  rule INTEGER NOT NULL,
  term INTEGER NOT NULL,
  truth INTEGER NOT NULL,
  PRIMARY KEY (case_no, rule, term)
) WITHOUT ROWID;
INSERT INTO condition_truth
SELECT case_no, rule, term, max(truth)
FROM (SELECT case_no, rule, term, alternative, min(truth) AS truth
      FROM (SELECT g.case_no, t.rule, t.term, c.alternative, c.position, c.of_alternative,
                   -- What a sign takes for given is no known fact: it vetoes and moves nothing.
                   max(min(CASE WHEN g.assumed AND t.condition IS NOT NULL THEN min(g.truth, 1) ELSE g.truth END,
                           coalesce((SELECT min(coalesce(2 * CASE n.comparison WHEN '<' THEN g.age_days < n.number
                                                                               WHEN '<=' THEN g.age_days <= n.number
                                                                               WHEN '>' THEN g.age_days > n.number
                                                                               WHEN '>=' THEN g.age_days >= n.number END,
                                                         CASE WHEN t.condition IS NOT NULL THEN 1
                                                              WHEN n.on_unknown = 'fire' THEN 2
                                                              WHEN n.on_unknown = 'ignore' THEN 0
                                                              ELSE 1 END))
                                     FROM need AS n WHERE n.rule = t.rule AND n.term = t.term), 2))) AS truth
            FROM given_condition AS g
            CROSS JOIN above AS u ON u.condition = g.condition
            CROSS JOIN asked_condition AS c ON c.condition = u.above
            CROSS JOIN reach AS a ON a.case_no = g.case_no AND a.rule = c.rule
            CROSS JOIN term AS t ON t.rule = c.rule AND t.term = c.term
            GROUP BY g.case_no, t.rule, t.term, c.alternative, c.position)
      GROUP BY case_no, rule, term, alternative
      HAVING count(*) = max(of_alternative))
GROUP BY case_no, rule, term;

----------------------------------------------------------------------------------------------------------------------
-- 6. Quantities: a number says more than bounds, narrow bounds more than wide ones; among equals the one given first.
-- Where a quantity has no number, another one that stands in for it may have.

CREATE TEMP TABLE own_value (
  case_no INTEGER NOT NULL,
  quantity TEXT NOT NULL,
  low REAL NOT NULL,
  high REAL NOT NULL,
  age_days REAL,
  PRIMARY KEY (case_no, quantity)
) WITHOUT ROWID;
INSERT INTO own_value
SELECT case_no, quantity, low, high, age_days
FROM (SELECT *, row_number() OVER (PARTITION BY case_no, quantity ORDER BY high - low, fact) AS place FROM given_quantity)
WHERE place = 1;

-- stale: too old to speak for today. lasting: of a measure or attribute an old value still shows what is there, though
-- it cannot show that something is not.
CREATE TEMP TABLE used_value (
  case_no INTEGER NOT NULL,
  quantity TEXT NOT NULL,
  low REAL NOT NULL,
  high REAL NOT NULL,
  age_days REAL,
  stale INTEGER NOT NULL,
  lasting INTEGER NOT NULL,
  PRIMARY KEY (case_no, quantity)
) WITHOUT ROWID;
INSERT INTO used_value
SELECT v.case_no, v.asked, v.low, v.high, v.age_days, coalesce(v.age_days > q.stale_days, 0),
       q.kind IN ('measure', 'attribute')
FROM (SELECT c.*, row_number() OVER (PARTITION BY case_no, asked ORDER BY low <> high, is_other) AS place
      FROM (SELECT o.*, o.quantity AS asked, 0 AS is_other FROM own_value AS o
            UNION ALL
            SELECT o.*, q.quantity, 1 FROM own_value AS o CROSS JOIN main.quantity AS q ON q.stands_in = o.quantity) AS c) AS v
CROSS JOIN main.quantity AS q ON q.quantity = v.quantity
WHERE v.place = 1;

CREATE TEMP TABLE asked_quantity (
  rule INTEGER NOT NULL,
  term INTEGER NOT NULL,
  label TEXT NOT NULL,
  quantity TEXT NOT NULL,
  PRIMARY KEY (rule, term)
) WITHOUT ROWID;
INSERT INTO asked_quantity
SELECT t.rule, t.term, t.label, o.name
FROM term AS t
CROSS JOIN main.term_concept AS c ON c.rule_no = t.rule AND c.term_no = t.term
CROSS JOIN main.concept AS o ON o.concept = c.concept
WHERE t.label IN ('value', 'missing')
GROUP BY t.rule, t.term;  -- `not_understood` when there is more than one

-- in_time: whether every `within` of the term holds; a value without a date is taken for a current one. Where a case
-- states no results at all, a test is not missing but not known.
CREATE TEMP TABLE quantity_truth (
  case_no INTEGER NOT NULL,
  rule INTEGER NOT NULL,
  term INTEGER NOT NULL,
  truth INTEGER NOT NULL,
  PRIMARY KEY (case_no, rule, term)
) WITHOUT ROWID;
INSERT INTO quantity_truth
SELECT case_no, rule, term,
       CASE WHEN label = 'missing' THEN CASE WHEN low IS NULL THEN 1 + results_stated WHEN in_time THEN 0 ELSE 2 END
            WHEN low IS NULL OR NOT in_time THEN 1
            WHEN NOT dated AND stale AND NOT (answer = 2 AND lasting) THEN 1
            ELSE answer END
FROM (SELECT a.case_no, s.rule, s.term, s.label, g.results_stated, v.low, v.stale, v.lasting,
             coalesce(max(n.kind = 'within'), 0) AS dated,
             min(CASE WHEN n.kind <> 'within' OR v.age_days IS NULL THEN 1
                      ELSE CASE n.comparison WHEN '<' THEN v.age_days < n.number
                                             WHEN '<=' THEN v.age_days <= n.number
                                             WHEN '>' THEN v.age_days > n.number
                                             WHEN '>=' THEN v.age_days >= n.number END END) AS in_time,
             min(CASE WHEN n.kind <> 'value' THEN 2
                      ELSE CASE n.comparison WHEN '<' THEN (v.low < n.number) + (v.high < n.number)
                                             WHEN '<=' THEN (v.low <= n.number) + (v.high <= n.number)
                                             WHEN '>' THEN (v.low > n.number) + (v.high > n.number)
                                             WHEN '>=' THEN (v.low >= n.number) + (v.high >= n.number) END END) AS answer
      FROM reach AS a
      CROSS JOIN given_case AS g ON g.case_no = a.case_no
      CROSS JOIN asked_quantity AS s ON s.rule = a.rule
      LEFT JOIN used_value AS v ON v.case_no = a.case_no AND v.quantity = s.quantity
      LEFT JOIN need AS n ON n.rule = s.rule AND n.term = s.term
      GROUP BY a.case_no, s.rule, s.term);

----------------------------------------------------------------------------------------------------------------------
-- 7. Allergies. `allergen = same` (no concepts) is true of the medicine itself and of a class that holds it, so it
-- depends on the medicine; of the others `ingredient` is empty.

CREATE TEMP TABLE allergy_true (
  case_no INTEGER NOT NULL,
  rule INTEGER NOT NULL,
  term INTEGER NOT NULL,
  ingredient TEXT NOT NULL,
  PRIMARY KEY (case_no, rule, term, ingredient)
) WITHOUT ROWID;
INSERT INTO allergy_true
SELECT DISTINCT f.case_no, t.rule, t.term, f.ingredient
FROM (SELECT g.fact, g.case_no, g.reaction, g.years, l.rule, l.term, '' AS ingredient
      FROM given_allergy AS g CROSS JOIN term_lit AS l ON l.substance = g.allergen
      UNION ALL
      SELECT g.fact, g.case_no, g.reaction, g.years, s.rule, s.term, k.ingredient
      FROM given_allergy AS g
      CROSS JOIN (SELECT DISTINCT case_no, ingredient FROM drug) AS k ON k.case_no = g.case_no
      CROSS JOIN term AS s ON s.label = 'allergy' AND s.concepts = 0
      WHERE g.allergen = k.ingredient
         OR g.allergen IN (SELECT 'class:' || c.class FROM substance_class AS c WHERE c.substance = k.ingredient)) AS f
CROSS JOIN reach AS a ON a.case_no = f.case_no AND a.rule = f.rule
CROSS JOIN term AS t ON t.rule = f.rule AND t.term = f.term AND t.label = 'allergy'
WHERE NOT EXISTS (SELECT 1 FROM need AS n
                  WHERE n.rule = t.rule AND n.term = t.term
                    AND NOT CASE WHEN n.kind = 'reaction' THEN instr('|' || n.words || '|', '|' || f.reaction || '|') > 0
                                 WHEN f.years IS NULL THEN n.on_unknown = 'fire' AND t.condition IS NULL
                                 ELSE CASE n.comparison WHEN '<' THEN f.years < n.number
                                                        WHEN '<=' THEN f.years <= n.number
                                                        WHEN '>' THEN f.years > n.number
                                                        WHEN '>=' THEN f.years >= n.number END END);

----------------------------------------------------------------------------------------------------------------------
-- 8. What the terms about the patient come to, allergies apart; then the rules that none of them keeps from firing, and
-- what the terms of their exceptions and modifiers come to, where on_unknown says nothing.

-- A test of which it is not known whether it was made is always asked for.
CREATE TEMP VIEW patient_answer (case_no, rule, term, condition, on_unknown, truth) AS
SELECT a.case_no, t.rule, t.term, t.condition, CASE t.label WHEN 'missing' THEN 'ask' ELSE t.on_unknown END,
       CASE t.label
         WHEN 'condition' THEN coalesce((SELECT c.truth FROM condition_truth AS c
                                         WHERE c.case_no = a.case_no AND c.rule = t.rule AND c.term = t.term), 0)
         WHEN 'without' THEN 2 - coalesce((SELECT c.truth FROM condition_truth AS c
                                           WHERE c.case_no = a.case_no AND c.rule = t.rule AND c.term = t.term), 0)
         ELSE (SELECT q.truth FROM quantity_truth AS q
               WHERE q.case_no = a.case_no AND q.rule = t.rule AND q.term = t.term) END
FROM reach AS a
CROSS JOIN term AS t ON t.rule = a.rule AND t.position IS NULL AND t.label <> 'allergy';

CREATE TEMP TABLE patient_truth (
  case_no INTEGER NOT NULL,
  rule INTEGER NOT NULL,
  term INTEGER NOT NULL,
  truth INTEGER NOT NULL,
  PRIMARY KEY (case_no, rule, term)
) WITHOUT ROWID;
INSERT INTO patient_truth
SELECT case_no, rule, term,
       CASE WHEN truth <> 1 THEN truth WHEN on_unknown = 'fire' THEN 2 WHEN on_unknown = 'ignore' THEN 0 ELSE 1 END
FROM patient_answer
WHERE condition IS NULL;

CREATE TEMP TABLE open_rule (
  case_no INTEGER NOT NULL,
  rule INTEGER NOT NULL,
  waits INTEGER NOT NULL,
  PRIMARY KEY (case_no, rule)
) WITHOUT ROWID;
INSERT INTO open_rule
SELECT a.case_no, a.rule,
       EXISTS (SELECT 1 FROM patient_truth AS p WHERE p.case_no = a.case_no AND p.rule = a.rule AND p.truth = 1)
FROM reach AS a
WHERE NOT EXISTS (SELECT 1 FROM patient_truth AS p WHERE p.case_no = a.case_no AND p.rule = a.rule AND p.truth = 0);

INSERT INTO patient_truth
SELECT p.case_no, p.rule, p.term, p.truth
FROM open_rule AS o CROSS JOIN patient_answer AS p ON p.case_no = o.case_no AND p.rule = o.rule
WHERE p.condition IS NOT NULL;

----------------------------------------------------------------------------------------------------------------------
-- 9. Bindings: one medicine for each term of a medicine, of different ingredients.

CREATE TEMP TABLE binding (
  binding INTEGER PRIMARY KEY,
  case_no INTEGER NOT NULL,
  rule INTEGER NOT NULL,
  first INTEGER NOT NULL,
  second INTEGER,
  third INTEGER,
  waits INTEGER NOT NULL
);
INSERT INTO binding (case_no, rule, first, second, third, waits)
SELECT o.case_no, o.rule, x.drug, y.drug, z.drug, o.waits OR x.asks OR coalesce(y.asks, 0) OR coalesce(z.asks, 0)
FROM open_rule AS o
CROSS JOIN patient_rule AS r ON r.rule = o.rule
CROSS JOIN filled AS x ON x.case_no = o.case_no AND x.rule = o.rule AND x.position = 1
LEFT JOIN filled AS y ON y.case_no = o.case_no AND y.rule = o.rule AND y.position = 2 AND y.ingredient <> x.ingredient
LEFT JOIN filled AS z ON z.case_no = o.case_no AND z.rule = o.rule AND z.position = 3
                         AND z.ingredient NOT IN (x.ingredient, y.ingredient)
WHERE (r.medicines < 2 OR y.drug IS NOT NULL) AND (r.medicines < 3 OR z.drug IS NOT NULL);

CREATE TEMP TABLE bound (
  binding INTEGER NOT NULL,
  term INTEGER NOT NULL,
  drug INTEGER NOT NULL,
  ingredient TEXT NOT NULL,
  PRIMARY KEY (binding, term)
) WITHOUT ROWID;
INSERT INTO bound
SELECT b.binding, f.term, f.drug, f.ingredient
FROM binding AS b
CROSS JOIN filled AS f ON f.case_no = b.case_no AND f.rule = b.rule
                          AND f.drug = CASE f.position WHEN 1 THEN b.first WHEN 2 THEN b.second ELSE b.third END;

-- Bindings that an allergy asked for is missing of.
DELETE FROM binding
WHERE EXISTS (SELECT 1 FROM term AS t
              WHERE t.rule = binding.rule AND t.condition IS NULL AND t.label = 'allergy'
                AND NOT EXISTS (SELECT 1 FROM allergy_true AS y
                                WHERE y.case_no = binding.case_no AND y.rule = t.rule AND y.term = t.term
                                  AND (y.ingredient = ''
                                       OR y.ingredient IN (SELECT ingredient FROM bound AS x
                                                           WHERE x.binding = binding.binding))));

----------------------------------------------------------------------------------------------------------------------
-- 10. Exceptions and modifiers that are known to hold for a binding.

CREATE TEMP VIEW about_drug (rule, condition, drug) AS
SELECT c.rule_no, c.position, d.drug
FROM main.rule_condition AS c CROSS JOIN drug AS d
WHERE (EXISTS (SELECT 1 FROM condition_lit AS l
               WHERE l.substance = d.ingredient AND l.rule = c.rule_no AND l.condition = c.position)
       OR NOT EXISTS (SELECT 1 FROM main.condition_concept AS n WHERE n.rule_no = c.rule_no AND n.condition = c.position))
  AND NOT EXISTS (SELECT 1 FROM need AS n CROSS JOIN drug_answer AS v ON v.need = n.need AND v.drug = d.drug
                  WHERE n.rule = c.rule_no AND n.condition = c.position AND v.answer IS NOT 1);

CREATE TEMP TABLE holds (
  binding INTEGER NOT NULL,
  condition INTEGER NOT NULL,
  step INTEGER NOT NULL,
  PRIMARY KEY (binding, condition)
) WITHOUT ROWID;

INSERT INTO holds
SELECT b.binding, c.position, c.step
FROM binding AS b
CROSS JOIN main.rule_condition AS c ON c.rule_no = b.rule AND c.looks_at = 'term'
CROSS JOIN bound AS x ON x.binding = b.binding AND x.term = c.term_no
CROSS JOIN about_drug AS h ON h.rule = b.rule AND h.condition = c.position AND h.drug = x.drug;

-- A further medicine: of another ingredient than those of the binding, in the blood, and not stopped unless the
-- condition asks for what was stopped.
INSERT INTO holds
SELECT DISTINCT b.binding, c.position, c.step
FROM binding AS b
CROSS JOIN main.rule_condition AS c ON c.rule_no = b.rule AND c.looks_at = 'case'
CROSS JOIN drug AS d ON d.case_no = b.case_no AND d.exposure = 'systemic'
  AND (NOT d.stopped
       OR EXISTS (SELECT 1 FROM need AS n WHERE n.rule = b.rule AND n.condition = c.position AND n.kind = 'status'
                                            AND instr('|' || n.words || '|', '|stopped|') > 0))
CROSS JOIN about_drug AS h ON h.rule = b.rule AND h.condition = c.position AND h.drug = d.drug
WHERE d.ingredient NOT IN (SELECT ingredient FROM bound AS x WHERE x.binding = b.binding);

INSERT INTO holds
SELECT b.binding, c.position, c.step
FROM binding AS b
CROSS JOIN main.rule_condition AS c ON c.rule_no = b.rule AND c.looks_at = 'patient'
WHERE NOT EXISTS (SELECT 1
                  FROM term AS t
                  LEFT JOIN patient_truth AS p ON p.case_no = b.case_no AND p.rule = t.rule AND p.term = t.term
                  WHERE t.rule = b.rule AND t.condition = c.position
                    AND NOT CASE WHEN t.label <> 'allergy' THEN p.truth = 2
                                 ELSE EXISTS (SELECT 1 FROM allergy_true AS y
                                              WHERE y.case_no = b.case_no AND y.rule = t.rule AND y.term = t.term
                                                AND (y.ingredient = ''
                                                     OR y.ingredient IN (SELECT ingredient FROM bound AS x
                                                                         WHERE x.binding = b.binding))) END);

----------------------------------------------------------------------------------------------------------------------
-- 11. One answer for a rule and a set of ingredients, the gravest. rank: 1 to 4 fires, 0 waits for a fact. Upward comes
-- before downward, so that a reason for care is never cancelled; nothing lowers a contraindication.

CREATE TEMP VIEW oracle_row (case_no, rule, ingredients, severity) AS
SELECT f.case_no, f.id, f.ingredients, s.word
FROM (SELECT b.case_no, r.id,
             (SELECT group_concat(ingredient, ' + ')
              FROM (SELECT ingredient FROM bound AS x WHERE x.binding = b.binding ORDER BY ingredient)) AS ingredients,
             max(CASE WHEN b.waits THEN 0
                      WHEN EXISTS (SELECT 1 FROM holds AS h WHERE h.binding = b.binding AND h.step > 0) THEN min(r.rank + 1, 4)
                      WHEN NOT r.contraindication
                           AND EXISTS (SELECT 1 FROM holds AS h WHERE h.binding = b.binding AND h.step < 0) THEN max(r.rank - 1, 1)
                      ELSE r.rank END) AS rank
      FROM binding AS b CROSS JOIN patient_rule AS r ON r.rule = b.rule
      WHERE NOT EXISTS (SELECT 1 FROM holds AS h WHERE h.binding = b.binding AND h.step = 0)
      GROUP BY b.case_no, r.id, ingredients) AS f
LEFT JOIN severity_rank AS s ON s.rank = f.rank;
