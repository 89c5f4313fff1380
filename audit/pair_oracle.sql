-- The pair oracle: every interaction finding between two ingredients known by name only, derived anew from the base tables.
--
-- It shares nothing with the engine: no code, no compiled rules, no closure that the compiler wrote. Tables of the
-- knowledge base are written main.x; every table made here is TEMP and lives until the caller rolls back. The caller has filled
--     CREATE TEMP TABLE asked (ingredient TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID
-- with the ingredients whose pairs it wants, and reads the views `not_understood` (must be empty) and `oracle_row`.
--
-- What is true of one ingredient in one term does not depend on the other one, so it is worked out first (`side`); a
-- binding is then a join of two sides. CROSS JOIN fixes the order of the tables: the planner has no statistics of a TEMP table
-- and orders a self-join of one badly (measured 416 times slower).

-- The rank 0 is kept for the local variant.
CREATE TEMP TABLE severity_rank (word TEXT NOT NULL PRIMARY KEY, rank INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO severity_rank VALUES ('minor', 1), ('moderate', 2), ('major', 3), ('critical', 4);

----------------------------------------------------------------------------------------------------------------------
-- 1. What a bare name says: the usual route, if the ingredient has one, and how much reaches the blood by it.

-- Numbered in byte order, so that of two numbers the lower is the ingredient to be written first.
CREATE TEMP TABLE drug (
  drug INTEGER PRIMARY KEY,
  ingredient TEXT NOT NULL UNIQUE,
  route TEXT,  -- NULL: not known
  exposure TEXT NOT NULL
);
INSERT INTO drug
SELECT row_number() OVER (ORDER BY i.ingredient),
       i.ingredient,
       i.usual_route,
       CASE WHEN i.usual_route IS NULL THEN 'systemic' ELSE coalesce(e.exposure, r.exposure) END
FROM asked AS a
CROSS JOIN main.ingredient AS i ON i.ingredient = a.ingredient
LEFT JOIN main.route AS r ON r.route = i.usual_route
LEFT JOIN main.exposure AS e ON e.ingredient = i.ingredient AND e.route = i.usual_route;

----------------------------------------------------------------------------------------------------------------------
-- 2. The concepts an ingredient lights.

-- Its classes and all classes above them; UNION drops what was seen before, so that even a cycle ends.
CREATE TEMP TABLE drug_class (
  class TEXT NOT NULL,
  drug INTEGER NOT NULL,
  PRIMARY KEY (class, drug)
) WITHOUT ROWID;
INSERT INTO drug_class
WITH RECURSIVE upward (class, drug) AS (
  SELECT m.class, d.drug FROM drug AS d CROSS JOIN main.member AS m ON m.ingredient = d.ingredient
  UNION
  SELECT p.parent, u.drug FROM upward AS u CROSS JOIN main.class_parent AS p ON p.class = u.class
)
SELECT class, drug FROM upward;

CREATE TEMP TABLE lit (
  concept TEXT NOT NULL,
  drug INTEGER NOT NULL,
  PRIMARY KEY (concept, drug)
) WITHOUT ROWID;

INSERT INTO lit
SELECT c.concept, d.drug
FROM main.concept AS c CROSS JOIN drug AS d ON d.ingredient = c.name
WHERE c.kind = 'ingredient';

INSERT INTO lit
SELECT c.concept, k.drug
FROM main.concept AS c CROSS JOIN drug_class AS k ON k.class = c.name
WHERE c.kind = 'class';

-- A role or effect of a higher grade lights the lower one as well.
INSERT INTO lit
SELECT c.concept, d.drug
FROM main.concept AS c
CROSS JOIN main.role AS r ON r.target = c.name AND r.relation = c.relation AND r.grade >= c.grade
CROSS JOIN drug AS d ON d.ingredient = r.ingredient
WHERE c.kind = 'role';

INSERT INTO lit
SELECT c.concept, d.drug
FROM main.concept AS c
CROSS JOIN main.effect AS e ON e.effect = c.name AND sign(e.grade) = sign(c.grade) AND abs(e.grade) >= abs(c.grade)
CROSS JOIN drug AS d ON d.ingredient = e.ingredient
WHERE c.kind = 'effect';

INSERT INTO lit
SELECT c.concept, d.drug FROM main.concept AS c CROSS JOIN drug AS d WHERE c.kind = 'any';

----------------------------------------------------------------------------------------------------------------------
-- 3. Predicates: true (1) or false (0) for a drug; no row: unknown, as doses and durations always are.

CREATE TEMP TABLE truth (
  kind TEXT NOT NULL,
  words TEXT NOT NULL,
  drug INTEGER NOT NULL,
  value INTEGER NOT NULL,
  PRIMARY KEY (kind, words, drug)
) WITHOUT ROWID;
INSERT INTO truth
SELECT p.kind, p.words, d.drug,
       CASE p.kind
         -- "iv" is said of "iv push" too
         WHEN 'route' THEN instr('|' || p.words || '|', '|' || d.route || '|') > 0
                           OR instr('|' || p.words || '|', '|' || substr(d.route, 1, instr(d.route || ' ', ' ') - 1) || '|') > 0
         WHEN 'status' THEN instr('|' || p.words || '|', '|taken|') > 0  -- a bare name is a medicine that is taken
         ELSE p.words = 'any' OR p.words = CASE d.exposure WHEN 'systemic' THEN 'systemic' ELSE 'local' END
       END
FROM (SELECT kind, words FROM main.term_predicate WHERE kind IN ('exposure', 'route', 'status')
      UNION
      SELECT kind, words FROM main.condition_predicate WHERE kind IN ('exposure', 'route', 'status')) AS p
CROSS JOIN drug AS d
WHERE p.kind <> 'route' OR d.route IS NOT NULL;

-- An oracle must not guess: what this file does not know how to read is an error.
CREATE TEMP VIEW not_understood (predicate) AS
SELECT p.kind || p.comparison || p.words
FROM (SELECT kind, comparison, words FROM main.term_predicate
      UNION
      SELECT kind, comparison, words FROM main.condition_predicate) AS p
WHERE (p.kind = 'exposure' AND (p.comparison <> '=' OR p.words NOT IN ('any', 'local', 'systemic')))
   OR (p.kind = 'route' AND (p.comparison <> '=' OR p.words = ''))
   OR (p.kind = 'status' AND (p.comparison <> '=' OR p.words = '' OR rtrim(replace(replace(replace(replace(p.words, 'order', ''), 'taken', ''), 'start', ''), 'stopped', ''), '|') <> ''));

----------------------------------------------------------------------------------------------------------------------
-- 4. The rules about pairs: explicit ones with two terms, and a template at each of its targets.

CREATE TEMP TABLE pair_rule (
  rule INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  type TEXT NOT NULL,
  rank INTEGER NOT NULL,
  contraindication INTEGER NOT NULL,
  settles INTEGER NOT NULL,
  inferred INTEGER NOT NULL,
  ours INTEGER NOT NULL  -- of no other source
);
INSERT INTO pair_rule
SELECT r.rule_no, r.id, r.type, s.rank, r.contraindication, r.settles, 0,
       NOT EXISTS (SELECT 1 FROM main.rule_source AS o WHERE o.rule = r.id)
FROM main.rule AS r CROSS JOIN severity_rank AS s ON s.word = r.severity
WHERE r.kind = 'finding'
  AND (SELECT count(*) FROM main.rule_term AS t WHERE t.rule_no = r.rule_no AND t.condition IS NULL) = 2
  AND NOT EXISTS (SELECT 1 FROM main.rule_term AS t
                  WHERE t.rule_no = r.rule_no AND t.condition IS NULL
                    AND t.label NOT IN ('object', 'precipitant', 'a', 'b', 'c', 'drug'));

CREATE TEMP TABLE inferred_rule (
  rule INTEGER PRIMARY KEY,
  template TEXT NOT NULL,
  target TEXT NOT NULL
);
INSERT INTO inferred_rule
SELECT coalesce((SELECT max(rule_no) FROM main.rule), 0) + row_number() OVER (ORDER BY template, target), template, target
FROM main.template_target;

INSERT INTO pair_rule
SELECT i.rule, 'INF-' || i.target || '-' || i.template, 'drug-drug', s.rank, 0, 0, 1, 1
FROM inferred_rule AS i
CROSS JOIN main.template AS t ON t.id = i.template
CROSS JOIN severity_rank AS s ON s.word = t.severity;

----------------------------------------------------------------------------------------------------------------------
-- 5. The terms of the explicit rules.

-- side: 0 for the first term, 1 for the second. A term that asks for no exposure, or for none but the systemic one, has a
-- local variant.
CREATE TEMP TABLE pair_term (
  rule INTEGER NOT NULL,
  side INTEGER NOT NULL,
  term_no INTEGER NOT NULL,
  states_exposure INTEGER NOT NULL,
  only_systemic INTEGER NOT NULL,
  PRIMARY KEY (rule, side)
) WITHOUT ROWID;
INSERT INTO pair_term
SELECT t.rule_no,
       row_number() OVER (PARTITION BY t.rule_no ORDER BY t.term_no) - 1,
       t.term_no,
       EXISTS (SELECT 1 FROM main.term_predicate AS p
               WHERE p.rule_no = t.rule_no AND p.term_no = t.term_no AND p.kind = 'exposure'),
       NOT EXISTS (SELECT 1 FROM main.term_predicate AS p
                   WHERE p.rule_no = t.rule_no AND p.term_no = t.term_no AND p.kind = 'exposure' AND p.words <> 'systemic')
FROM pair_rule AS r CROSS JOIN main.rule_term AS t ON t.rule_no = r.rule AND t.condition IS NULL
WHERE NOT r.inferred;

-- Relational division: an alternative holds if as many of its concepts are lit as it has.
CREATE TEMP TABLE term_lit (
  rule INTEGER NOT NULL,
  side INTEGER NOT NULL,
  drug INTEGER NOT NULL,
  PRIMARY KEY (rule, side, drug)
) WITHOUT ROWID;
INSERT INTO term_lit
SELECT DISTINCT rule, side, drug
FROM (SELECT t.rule, t.side, l.drug
      FROM pair_term AS t
      CROSS JOIN main.term_concept AS c ON c.rule_no = t.rule AND c.term_no = t.term_no
      CROSS JOIN lit AS l ON l.concept = c.concept
      GROUP BY t.rule, t.side, t.term_no, c.alternative, l.drug
      HAVING count(*) = (SELECT count(*) FROM main.term_concept AS n
                         WHERE n.rule_no = t.rule AND n.term_no = t.term_no AND n.alternative = c.alternative));

-- Conditions that are true of the drug in the term they look at. Those on further medicines (term_no NULL) find none.
CREATE TEMP TABLE condition_lit (
  rule INTEGER NOT NULL,
  condition INTEGER NOT NULL,
  drug INTEGER NOT NULL,
  PRIMARY KEY (rule, condition, drug)
) WITHOUT ROWID;
INSERT INTO condition_lit
SELECT DISTINCT rule, condition, drug
FROM (SELECT r.rule, c.condition, l.drug
      FROM pair_rule AS r
      CROSS JOIN main.condition_concept AS c ON c.rule_no = r.rule
      CROSS JOIN lit AS l ON l.concept = c.concept
      WHERE NOT r.inferred
      GROUP BY r.rule, c.condition, c.alternative, l.drug
      HAVING count(*) = (SELECT count(*) FROM main.condition_concept AS n
                         WHERE n.rule_no = r.rule AND n.condition = c.condition AND n.alternative = c.alternative));

CREATE TEMP TABLE condition_true (
  rule INTEGER NOT NULL,
  side INTEGER NOT NULL,
  drug INTEGER NOT NULL,
  step INTEGER NOT NULL,
  PRIMARY KEY (rule, side, drug, step)
) WITHOUT ROWID;
INSERT INTO condition_true
SELECT DISTINCT t.rule, t.side, l.drug, c.step
FROM pair_term AS t
CROSS JOIN main.rule_condition AS c ON c.rule_no = t.rule AND c.term_no = t.term_no
CROSS JOIN term_lit AS l ON l.rule = t.rule AND l.side = t.side
WHERE (NOT EXISTS (SELECT 1 FROM main.condition_concept AS n WHERE n.rule_no = c.rule_no AND n.condition = c.position)
       OR EXISTS (SELECT 1 FROM condition_lit AS k
                  WHERE k.rule = c.rule_no AND k.condition = c.position AND k.drug = l.drug))
  AND NOT EXISTS (SELECT 1
                  FROM main.condition_predicate AS p
                  LEFT JOIN truth AS v ON v.kind = p.kind AND v.words = p.words AND v.drug = l.drug
                  WHERE p.rule_no = c.rule_no AND p.condition = c.position AND v.value IS NOT 1);

----------------------------------------------------------------------------------------------------------------------
-- 6. Sides: the drugs that can fill a term of a rule, at least locally.

CREATE TEMP TABLE side (
  rule INTEGER NOT NULL,
  side INTEGER NOT NULL,
  drug INTEGER NOT NULL,
  wanted INTEGER NOT NULL,  -- the exposure is one the term wants; else the drug fills it locally
  asks INTEGER NOT NULL,    -- something must be known first
  vetoed INTEGER NOT NULL,
  raised INTEGER NOT NULL,
  lowered INTEGER NOT NULL,
  PRIMARY KEY (rule, side, drug)
) WITHOUT ROWID;

-- A predicate that is false, or unknown and ignored, keeps the drug out of the term; one on the exposure only makes it local.
INSERT INTO side
SELECT s.rule, s.side, s.drug, s.wanted, s.asks,
       EXISTS (SELECT 1 FROM condition_true AS c WHERE c.rule = s.rule AND c.side = s.side AND c.drug = s.drug AND c.step = 0),
       EXISTS (SELECT 1 FROM condition_true AS c WHERE c.rule = s.rule AND c.side = s.side AND c.drug = s.drug AND c.step = 1),
       EXISTS (SELECT 1 FROM condition_true AS c WHERE c.rule = s.rule AND c.side = s.side AND c.drug = s.drug AND c.step = -1)
FROM (SELECT l.rule, l.side, l.drug, t.only_systemic,
             CASE WHEN t.states_exposure
                  THEN count(CASE WHEN p.kind = 'exposure' AND v.value = 0 THEN 1 END) = 0
                  ELSE d.exposure = 'systemic' END AS wanted,
             count(CASE WHEN p.kind <> 'exposure' AND v.value IS NULL AND p.on_unknown IN ('ask', 'must') THEN 1 END) > 0 AS asks,
             count(CASE WHEN p.kind <> 'exposure' AND v.value = 0 THEN 1
                        WHEN p.kind <> 'exposure' AND v.value IS NULL AND p.on_unknown = 'ignore' THEN 1 END) AS failed
      FROM pair_term AS t
      CROSS JOIN term_lit AS l ON l.rule = t.rule AND l.side = t.side
      CROSS JOIN drug AS d ON d.drug = l.drug
      LEFT JOIN main.term_predicate AS p ON p.rule_no = t.rule AND p.term_no = t.term_no
      LEFT JOIN truth AS v ON v.kind = p.kind AND v.words = p.words AND v.drug = l.drug
      GROUP BY l.rule, l.side, l.drug) AS s
WHERE s.failed = 0 AND (s.wanted OR s.only_systemic);

-- Inferred rules: the object is on side 0, the precipitant on side 1.
INSERT INTO side
SELECT i.rule, 0, d.drug, d.exposure = 'systemic', 0, 0, 0, 0
FROM inferred_rule AS i
CROSS JOIN main.template AS t ON t.id = i.template
CROSS JOIN main.role AS r ON r.target = i.target AND r.relation = t.object AND r.grade >= t.sensitivity
CROSS JOIN drug AS d ON d.ingredient = r.ingredient
WHERE NOT t.narrow_index
   OR EXISTS (SELECT 1 FROM drug_class AS k WHERE k.class = 'narrow_therapeutic_index' AND k.drug = d.drug);

INSERT INTO side
SELECT i.rule, 1, d.drug, d.exposure = 'systemic', 0, 0, 0, 0
FROM inferred_rule AS i
CROSS JOIN main.template AS t ON t.id = i.template
CROSS JOIN main.role AS r ON r.target = i.target AND r.relation = t.relation AND r.grade >= t.strength
CROSS JOIN drug AS d ON d.ingredient = r.ingredient;

----------------------------------------------------------------------------------------------------------------------
-- 7. Bindings, both ways round; the best one counts for the pair. rank: 1 to 4 fires, 0 local, -1 nothing to show.

CREATE TEMP TABLE found (
  first INTEGER NOT NULL,
  second INTEGER NOT NULL,
  rule INTEGER NOT NULL,
  rank INTEGER NOT NULL,
  PRIMARY KEY (first, second, rule)
) WITHOUT ROWID;
INSERT INTO found
SELECT first, second, rule, max(rank)
FROM (SELECT r.rule,
             min(x.drug, y.drug) AS first,
             max(x.drug, y.drug) AS second,
             CASE WHEN NOT (x.wanted AND y.wanted) THEN 0
                  WHEN x.asks OR y.asks OR x.vetoed OR y.vetoed THEN -1
                  WHEN x.raised OR y.raised THEN min(r.rank + 1, 4)
                  WHEN (x.lowered OR y.lowered) AND NOT r.contraindication THEN max(r.rank - 1, 1)
                  ELSE r.rank END AS rank
      FROM pair_rule AS r
      CROSS JOIN side AS x ON x.rule = r.rule AND x.side = 0
      CROSS JOIN side AS y ON y.rule = r.rule AND y.side = 1 AND y.drug <> x.drug)
WHERE rank >= 0
GROUP BY first, second, rule;

----------------------------------------------------------------------------------------------------------------------
-- 8. An explicit rule of ours on a pair replaces the inferred ones that are no more severe, or all of them if it settles the
-- pair; what fires and what is local are judged apart. A rule of another source replaces none, and takes the type of the
-- gravest of ours that is shown for the pair (of equal ones the first by name), so that a pair is one finding.

CREATE TEMP TABLE explicit_best (
  first INTEGER NOT NULL,
  second INTEGER NOT NULL,
  local INTEGER NOT NULL,
  rank INTEGER NOT NULL,
  settles INTEGER NOT NULL,
  PRIMARY KEY (first, second, local)
) WITHOUT ROWID;
INSERT INTO explicit_best
SELECT f.first, f.second, f.rank = 0, max(f.rank), max(r.settles)
FROM found AS f CROSS JOIN pair_rule AS r ON r.rule = f.rule
WHERE NOT r.inferred AND r.ours
GROUP BY f.first, f.second, f.rank = 0;

CREATE TEMP TABLE shown_type (
  first INTEGER NOT NULL,
  second INTEGER NOT NULL,
  type TEXT NOT NULL,
  PRIMARY KEY (first, second)
) WITHOUT ROWID;
INSERT INTO shown_type
SELECT first, second, type
FROM (SELECT f.first, f.second, r.type, row_number() OVER (PARTITION BY f.first, f.second ORDER BY f.rank DESC, r.type) AS place
      FROM found AS f CROSS JOIN pair_rule AS r ON r.rule = f.rule
      WHERE r.ours AND f.rank > 0
        AND (NOT r.inferred
             OR NOT EXISTS (SELECT 1 FROM explicit_best AS e
                            WHERE e.first = f.first AND e.second = f.second AND NOT e.local
                              AND (e.settles OR e.rank >= f.rank))))
WHERE place = 1;

CREATE TEMP VIEW oracle_row (first, second, type, severity, rule) AS
SELECT a.ingredient, b.ingredient,
       CASE WHEN f.rank = 0 THEN 'route'
            WHEN r.ours THEN r.type
            ELSE coalesce((SELECT t.type FROM shown_type AS t WHERE t.first = f.first AND t.second = f.second), r.type) END,
       CASE f.rank WHEN 0 THEN 'minor' ELSE s.word END,
       r.id
FROM found AS f
CROSS JOIN pair_rule AS r ON r.rule = f.rule
CROSS JOIN drug AS a ON a.drug = f.first
CROSS JOIN drug AS b ON b.drug = f.second
LEFT JOIN severity_rank AS s ON s.rank = f.rank
WHERE NOT r.inferred
   OR NOT EXISTS (SELECT 1 FROM explicit_best AS e
                  WHERE e.first = f.first AND e.second = f.second AND e.local = (f.rank = 0)
                    AND (e.settles OR e.rank >= f.rank));
