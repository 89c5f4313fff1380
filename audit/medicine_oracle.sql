-- The medicine oracle: every rule of two medicines or more, decided anew for cases with all that is known of their
-- medicines and patients. Runs after patient_oracle.sql, on its tables, for the rules of the scopes `pair` and `set`, and
-- for the inferred rules, which stand in the table of templates. Shares nothing with the engine.
--
-- What a binding comes to is a number, and the largest counts: 1 vetoed, 2 waits for a fact, 3 local, 4 fires.

----------------------------------------------------------------------------------------------------------------------
-- 1. The medicines that can fill a term. present: 0 taken, 1 stopped but acts still, 2 stopped and not known how long it
-- acts. What a term says of exposure makes a medicine at most local; a term that asks for none but the systemic one has a
-- local variant.

CREATE TEMP TABLE able (
  case_no INTEGER NOT NULL,
  rule INTEGER NOT NULL,
  position INTEGER NOT NULL,
  drug INTEGER NOT NULL,
  term INTEGER NOT NULL,
  ingredient TEXT NOT NULL,
  present INTEGER NOT NULL,
  local INTEGER NOT NULL,
  asks INTEGER NOT NULL,
  PRIMARY KEY (rule, position, case_no, drug)
) WITHOUT ROWID;

CREATE TEMP VIEW presence (drug, rule, term, present) AS
SELECT d.drug, t.rule, t.term,
       CASE WHEN NOT d.stopped THEN 0
            WHEN d.stopped_days IS NULL THEN 1
            WHEN t.washout_days IS NOT NULL THEN CASE WHEN d.stopped_days <= t.washout_days THEN 1 END
            WHEN d.stopped_days <= 1.0 THEN 1
            WHEN d.washout_days IS NULL THEN 2
            WHEN d.stopped_days <= d.washout_days THEN 1 END
FROM drug AS d CROSS JOIN term AS t;

INSERT INTO able
SELECT case_no, rule, position, drug, term, ingredient, present, NOT wanted, asks
FROM (SELECT d.case_no, t.rule, t.position, d.drug, t.term, d.ingredient, p.present,
             CASE WHEN EXISTS (SELECT 1 FROM need AS n WHERE n.rule = t.rule AND n.term = t.term AND n.kind = 'exposure')
                  THEN NOT EXISTS (SELECT 1 FROM need AS n CROSS JOIN drug_answer AS v ON v.need = n.need AND v.drug = d.drug
                                   WHERE n.rule = t.rule AND n.term = t.term AND n.kind = 'exposure' AND v.answer = 0)
                  ELSE d.exposure = 'systemic' END AS wanted,
             NOT EXISTS (SELECT 1 FROM need AS n WHERE n.rule = t.rule AND n.term = t.term AND n.kind = 'exposure'
                                                   AND n.words <> 'systemic') AS only_systemic,
             EXISTS (SELECT 1 FROM need AS n CROSS JOIN drug_answer AS v ON v.need = n.need AND v.drug = d.drug
                     WHERE n.rule = t.rule AND n.term = t.term AND v.answer IS NULL
                       AND n.on_unknown IN ('ask', 'must')) AS asks,
             EXISTS (SELECT 1 FROM need AS n CROSS JOIN drug_answer AS v ON v.need = n.need AND v.drug = d.drug
                     WHERE n.rule = t.rule AND n.term = t.term AND n.kind <> 'exposure'
                       AND (v.answer = 0 OR (v.answer IS NULL AND n.on_unknown = 'ignore'))) AS failed
      FROM drug AS d
      CROSS JOIN term_lit AS l ON l.substance = d.ingredient
      CROSS JOIN term AS t ON t.rule = l.rule AND t.term = l.term AND t.position IS NOT NULL
      CROSS JOIN patient_rule AS r ON r.rule = t.rule AND r.scope <> 'patient'
      CROSS JOIN presence AS p ON p.drug = d.drug AND p.rule = t.rule AND p.term = t.term)
WHERE present IS NOT NULL AND NOT failed AND (wanted OR only_systemic);

----------------------------------------------------------------------------------------------------------------------
-- 2. Inferred rules: the object is at position 1, the precipitant at 2.

INSERT INTO patient_rule
SELECT (SELECT max(rule_no) FROM main.rule) + row_number() OVER (ORDER BY i.template, i.target),
       'INF-' || i.target || '-' || i.template, 'finding', s.rank, 0, 2, 'inferred', 'drug-drug', 0
FROM main.template_target AS i
CROSS JOIN main.template AS t ON t.id = i.template
CROSS JOIN severity_rank AS s ON s.word = t.severity;

CREATE TEMP VIEW inferred_side (rule, position, ingredient) AS
SELECT r.rule, 1, o.ingredient
FROM main.template_target AS i
CROSS JOIN main.template AS t ON t.id = i.template
CROSS JOIN patient_rule AS r ON r.id = 'INF-' || i.target || '-' || i.template AND r.scope = 'inferred'
CROSS JOIN main.role AS o ON o.target = i.target AND o.relation = t.object AND o.grade >= t.sensitivity
WHERE NOT t.narrow_index
   OR EXISTS (SELECT 1 FROM substance_class AS k WHERE k.class = 'narrow_therapeutic_index' AND k.substance = o.ingredient)
UNION ALL
SELECT r.rule, 2, o.ingredient
FROM main.template_target AS i
CROSS JOIN main.template AS t ON t.id = i.template
CROSS JOIN patient_rule AS r ON r.id = 'INF-' || i.target || '-' || i.template AND r.scope = 'inferred'
CROSS JOIN main.role AS o ON o.target = i.target AND o.relation = t.relation AND o.grade >= t.strength;

INSERT INTO able
SELECT case_no, rule, position, drug, 0, ingredient, present, exposure <> 'systemic', 0
FROM (SELECT d.case_no, s.rule, s.position, d.drug, d.ingredient, d.exposure,
             CASE WHEN NOT d.stopped THEN 0
                  WHEN d.stopped_days IS NULL OR d.stopped_days <= 1.0 THEN 1
                  WHEN d.washout_days IS NULL THEN 2
                  WHEN d.stopped_days <= d.washout_days THEN 1 END AS present
      FROM inferred_side AS s CROSS JOIN drug AS d ON d.ingredient = s.ingredient)
WHERE present IS NOT NULL;

----------------------------------------------------------------------------------------------------------------------
-- 3. Pairs: bindings both ways round. Two that were stopped are none, and what is local must be taken.

CREATE TEMP TABLE pair_binding (
  binding INTEGER PRIMARY KEY,
  case_no INTEGER NOT NULL,
  rule INTEGER NOT NULL,
  first TEXT NOT NULL,   -- in byte order
  second TEXT NOT NULL,
  x INTEGER NOT NULL,
  x_term INTEGER NOT NULL,
  y INTEGER NOT NULL,
  y_term INTEGER NOT NULL,
  local INTEGER NOT NULL,
  waits INTEGER NOT NULL,
  washout INTEGER NOT NULL
);
INSERT INTO pair_binding (case_no, rule, first, second, x, x_term, y, y_term, local, waits, washout)
SELECT x.case_no, x.rule, min(x.ingredient, y.ingredient), max(x.ingredient, y.ingredient), x.drug, x.term, y.drug, y.term,
       x.local OR y.local, x.asks OR y.asks OR x.present = 2 OR y.present = 2, x.present > 0 OR y.present > 0
FROM patient_rule AS r
CROSS JOIN able AS x ON x.rule = r.rule AND x.position = 1
CROSS JOIN able AS y ON y.rule = r.rule AND y.position = 2 AND y.case_no = x.case_no AND y.ingredient <> x.ingredient
WHERE r.scope IN ('pair', 'inferred')
  AND NOT (x.present > 0 AND y.present > 0)
  AND (NOT (x.local OR y.local) OR (x.present = 0 AND y.present = 0));

-- step: 0 an exception, +1 or -1 a modifier that holds. A further medicine is in the blood, and not stopped unless the
-- condition asks for what was stopped.
CREATE TEMP VIEW further_medicine (drug, case_no, ingredient, rule, condition) AS
SELECT d.drug, d.case_no, d.ingredient, h.rule, h.condition
FROM drug AS d CROSS JOIN about_drug AS h ON h.drug = d.drug
WHERE d.exposure = 'systemic'
  AND (NOT d.stopped
       OR EXISTS (SELECT 1 FROM need AS n WHERE n.rule = h.rule AND n.condition = h.condition AND n.kind = 'status'
                                            AND instr('|' || n.words || '|', '|stopped|') > 0));

CREATE TEMP VIEW condition_of_patient (case_no, rule, condition, step) AS
SELECT g.case_no, c.rule_no, c.position, c.step
FROM given_case AS g
CROSS JOIN patient_rule AS r
CROSS JOIN main.rule_condition AS c ON c.rule_no = r.rule AND c.looks_at = 'patient'
WHERE r.scope IN ('pair', 'set')
  AND (SELECT patient FROM judged_with)
  AND NOT EXISTS (SELECT 1 FROM term AS t
                  LEFT JOIN patient_truth AS p ON p.case_no = g.case_no AND p.rule = t.rule AND p.term = t.term
                  WHERE t.rule = r.rule AND t.condition = c.position
                    AND NOT CASE WHEN t.label <> 'allergy' THEN p.truth IS 2
                                 ELSE EXISTS (SELECT 1 FROM allergy_true AS y
                                              WHERE y.case_no = g.case_no AND y.rule = t.rule AND y.term = t.term
                                                AND y.ingredient = '') END);

CREATE TEMP TABLE pair_holds (binding INTEGER NOT NULL, step INTEGER NOT NULL, PRIMARY KEY (binding, step)) WITHOUT ROWID;
INSERT OR IGNORE INTO pair_holds
SELECT b.binding, c.step
FROM pair_binding AS b
CROSS JOIN main.rule_condition AS c ON c.rule_no = b.rule AND c.looks_at = 'term'
CROSS JOIN about_drug AS h ON h.rule = b.rule AND h.condition = c.position
                              AND h.drug = CASE c.term_no WHEN b.x_term THEN b.x WHEN b.y_term THEN b.y END;
INSERT OR IGNORE INTO pair_holds
SELECT b.binding, c.step
FROM pair_binding AS b
CROSS JOIN main.rule_condition AS c ON c.rule_no = b.rule AND c.looks_at = 'case'
WHERE EXISTS (SELECT 1 FROM further_medicine AS f
              WHERE f.case_no = b.case_no AND f.rule = b.rule AND f.condition = c.position
                AND f.ingredient NOT IN (b.first, b.second));
INSERT OR IGNORE INTO pair_holds
SELECT b.binding, c.step
FROM pair_binding AS b CROSS JOIN condition_of_patient AS c ON c.case_no = b.case_no AND c.rule = b.rule;

-- The best binding; among those that fire one that is no washout, then the gravest.
CREATE TEMP TABLE pair_answer (
  case_no INTEGER NOT NULL,
  rule INTEGER NOT NULL,
  first TEXT NOT NULL,
  second TEXT NOT NULL,
  outcome INTEGER NOT NULL,
  washout INTEGER NOT NULL,
  rank INTEGER NOT NULL,
  waits INTEGER NOT NULL,  -- some binding does
  PRIMARY KEY (case_no, rule, first, second)
) WITHOUT ROWID;
INSERT INTO pair_answer
SELECT case_no, rule, first, second, best / 100, best / 10 % 10 = 0, best % 10, waits
FROM (SELECT case_no, rule, first, second, max(value) AS best, max(value / 100 = 2) AS waits
      FROM (SELECT b.case_no, b.rule, b.first, b.second,
                   CASE WHEN b.local THEN 311
                        WHEN EXISTS (SELECT 1 FROM pair_holds AS h WHERE h.binding = b.binding AND h.step = 0) THEN 110
                        WHEN b.waits THEN 210
                        ELSE 400 + 10 * (NOT b.washout)
                             + CASE WHEN EXISTS (SELECT 1 FROM pair_holds AS h WHERE h.binding = b.binding AND h.step > 0)
                                      THEN min(r.rank + 1, 4)
                                    WHEN NOT r.contraindication
                                         AND EXISTS (SELECT 1 FROM pair_holds AS h
                                                     WHERE h.binding = b.binding AND h.step < 0)
                                      THEN max(r.rank - 1, 1)
                                    ELSE r.rank END
                        END AS value
            FROM pair_binding AS b CROSS JOIN patient_rule AS r ON r.rule = b.rule)
      GROUP BY case_no, rule, first, second);

-- An explicit rule of ours on a pair replaces the inferred ones that are no more severe, or all of them if it settles the
-- pair; what fires and what is local are judged apart. Rules of other sources replace none.
CREATE TEMP VIEW of_other_source (rule) AS
SELECT r.rule_no FROM main.rule AS r CROSS JOIN main.rule_source AS s ON s.rule = r.id;

CREATE TEMP TABLE pair_explicit (
  case_no INTEGER NOT NULL,
  first TEXT NOT NULL,
  second TEXT NOT NULL,
  outcome INTEGER NOT NULL,
  rank INTEGER NOT NULL,
  settles INTEGER NOT NULL,
  PRIMARY KEY (case_no, first, second, outcome)
) WITHOUT ROWID;
INSERT INTO pair_explicit
SELECT a.case_no, a.first, a.second, a.outcome, max(a.rank), max(r.settles)
FROM pair_answer AS a CROSS JOIN patient_rule AS r ON r.rule = a.rule
WHERE r.scope = 'pair' AND a.outcome >= 3 AND a.rule NOT IN (SELECT rule FROM of_other_source)
GROUP BY a.case_no, a.first, a.second, a.outcome;

CREATE TEMP TABLE pair_row (
  case_no INTEGER NOT NULL,
  rule INTEGER NOT NULL,
  first TEXT NOT NULL,
  second TEXT NOT NULL,
  type TEXT NOT NULL,
  rank INTEGER NOT NULL,
  contraindication INTEGER NOT NULL,
  local INTEGER NOT NULL,
  PRIMARY KEY (case_no, rule, first, second)
) WITHOUT ROWID;
INSERT INTO pair_row
SELECT a.case_no, a.rule, a.first, a.second,
       CASE WHEN a.outcome = 3 THEN 'route' WHEN a.washout THEN 'washout' ELSE r.type END,
       a.rank, r.contraindication AND a.outcome = 4, a.outcome = 3
FROM pair_answer AS a CROSS JOIN patient_rule AS r ON r.rule = a.rule
WHERE a.outcome >= 3
  AND (r.scope = 'pair'
       OR NOT EXISTS (SELECT 1 FROM pair_explicit AS e
                      WHERE e.case_no = a.case_no AND e.first = a.first AND e.second = a.second AND e.outcome = a.outcome
                        AND (e.settles OR e.rank >= a.rank)));

-- A rule of another source takes the type of the gravest of ours that fires for the pair (of equal ones the first by
-- name), so that a pair is one finding; what is local or a washout has a type of its own.
CREATE TEMP TABLE shown_type (
  case_no INTEGER NOT NULL,
  first TEXT NOT NULL,
  second TEXT NOT NULL,
  type TEXT NOT NULL,
  PRIMARY KEY (case_no, first, second)
) WITHOUT ROWID;
INSERT INTO shown_type
SELECT case_no, first, second, type
FROM (SELECT p.case_no, p.first, p.second, p.type,
             row_number() OVER (PARTITION BY p.case_no, p.first, p.second ORDER BY p.rank DESC, p.type) AS place
      FROM pair_row AS p CROSS JOIN patient_rule AS r ON r.rule = p.rule
      WHERE p.type = r.type AND NOT p.local AND p.rule NOT IN (SELECT rule FROM of_other_source))
WHERE place = 1;
UPDATE pair_row
SET type = (SELECT t.type FROM shown_type AS t
            WHERE t.case_no = pair_row.case_no AND t.first = pair_row.first AND t.second = pair_row.second)
WHERE NOT local
  AND rule IN (SELECT rule FROM of_other_source)
  AND type = (SELECT r.type FROM patient_rule AS r WHERE r.rule = pair_row.rule)
  AND EXISTS (SELECT 1 FROM shown_type AS t
              WHERE t.case_no = pair_row.case_no AND t.first = pair_row.first AND t.second = pair_row.second);

-- Pairs that come only from the same marketed fixed combinations: below critical they give no finding.
CREATE TEMP TABLE within_product (
  case_no INTEGER NOT NULL,
  first TEXT NOT NULL,
  second TEXT NOT NULL,
  PRIMARY KEY (case_no, first, second)
) WITHOUT ROWID;
INSERT INTO within_product
WITH slot (case_no, ingredient) AS (
  SELECT case_no, ingredient FROM given_drug GROUP BY case_no, ingredient HAVING min(fixed_product) = 1)
SELECT a.case_no, a.ingredient, b.ingredient
FROM slot AS a CROSS JOIN slot AS b ON b.case_no = a.case_no AND b.ingredient > a.ingredient
WHERE NOT EXISTS (SELECT 1 FROM given_drug AS x
                  WHERE x.case_no = a.case_no AND x.ingredient IN (a.ingredient, b.ingredient)
                    AND NOT EXISTS (SELECT 1 FROM given_drug AS y
                                    WHERE y.case_no = x.case_no AND y.source = x.source
                                      AND y.ingredient = CASE x.ingredient WHEN a.ingredient THEN b.ingredient
                                                                           ELSE a.ingredient END));
DELETE FROM pair_row
WHERE EXISTS (SELECT 1 FROM within_product AS w
              WHERE w.case_no = pair_row.case_no AND w.first = pair_row.first AND w.second = pair_row.second)
  AND 4 > (SELECT max(o.rank) FROM pair_row AS o
           WHERE o.case_no = pair_row.case_no AND o.first = pair_row.first AND o.second = pair_row.second
             AND o.type = pair_row.type);

-- Of these, the ones that some rule has concepts for, whatever else it asks.
CREATE TEMP TABLE ruled_product (
  case_no INTEGER NOT NULL,
  first TEXT NOT NULL,
  second TEXT NOT NULL,
  PRIMARY KEY (case_no, first, second)
) WITHOUT ROWID;
INSERT INTO ruled_product
SELECT w.case_no, w.first, w.second
FROM within_product AS w
WHERE EXISTS (SELECT 1
              FROM (SELECT w.first AS one, w.second AS other UNION ALL SELECT w.second, w.first) AS p
              CROSS JOIN term_lit AS x ON x.substance = p.one
              CROSS JOIN patient_rule AS r ON r.rule = x.rule AND r.scope = 'pair'
              CROSS JOIN term AS t ON t.rule = x.rule AND t.term = x.term AND t.position = 1
              CROSS JOIN term AS u ON u.rule = x.rule AND u.position = 2
              CROSS JOIN term_lit AS y ON y.substance = p.other AND y.rule = u.rule AND y.term = u.term)
   OR EXISTS (SELECT 1
              FROM able AS x
              CROSS JOIN patient_rule AS r ON r.rule = x.rule AND r.scope = 'inferred'
              CROSS JOIN able AS y ON y.rule = x.rule AND y.position <> x.position AND y.case_no = x.case_no
              WHERE x.case_no = w.case_no AND x.ingredient = w.first AND y.ingredient = w.second);

----------------------------------------------------------------------------------------------------------------------
-- 4. Rules over sets. An exception on a term takes a medicine out of it; one that waits for a fact does not count. How
-- far a medicine counts: 2 for sure, 1 where it waits for a fact, 0 where an exception takes it out. What the set comes to
-- is told by the highest of these at which it is complete.

CREATE TEMP TABLE part (
  case_no INTEGER NOT NULL,
  rule INTEGER NOT NULL,
  position INTEGER NOT NULL,
  ingredient TEXT NOT NULL,
  counted INTEGER NOT NULL,
  needed INTEGER NOT NULL,
  weight INTEGER NOT NULL,
  counts INTEGER NOT NULL,
  PRIMARY KEY (case_no, rule, position, ingredient)
) WITHOUT ROWID;
INSERT INTO part
SELECT a.case_no, a.rule, a.position, a.ingredient, t.label IN ('count', 'sum'),
       CASE WHEN t.label IN ('count', 'sum') THEN t.quantity ELSE 1 END,
       CASE WHEN t.label <> 'sum' THEN 1
            ELSE coalesce((SELECT abs(e.grade)
                           FROM main.term_concept AS c
                           CROSS JOIN main.concept AS o ON o.concept = c.concept
                           CROSS JOIN main.effect AS e ON e.effect = o.name AND sign(e.grade) = sign(o.grade)
                           WHERE c.rule_no = a.rule AND c.term_no = a.term AND e.ingredient = a.ingredient
                           ORDER BY c.alternative, c.position LIMIT 1), 0) END,
       max(CASE WHEN EXISTS (SELECT 1 FROM main.rule_condition AS c
                             CROSS JOIN about_drug AS h ON h.rule = a.rule AND h.condition = c.position AND h.drug = a.drug
                             WHERE c.rule_no = a.rule AND c.looks_at = 'term' AND c.step = 0 AND c.term_no = a.term) THEN 0
                WHEN a.asks OR a.present = 2 THEN 1
                ELSE 2 END)
FROM able AS a
CROSS JOIN patient_rule AS r ON r.rule = a.rule AND r.scope = 'set'
CROSS JOIN term AS t ON t.rule = a.rule AND t.term = a.term
WHERE NOT a.local
GROUP BY a.case_no, a.rule, a.position, a.ingredient;

-- Different ingredients for the terms that stand for one; none where all terms are counted. least: those that count less
-- are left out.
CREATE TEMP TABLE choice (
  choice INTEGER PRIMARY KEY,
  case_no INTEGER NOT NULL,
  rule INTEGER NOT NULL,
  least INTEGER NOT NULL,
  list TEXT NOT NULL  -- JSON, by position of the term
);
INSERT INTO choice (case_no, rule, least, list)
WITH RECURSIVE
  asked (least) AS (VALUES (0), (1), (2)),
  chosen (case_no, rule, least, position, list) AS (
    SELECT p.case_no, p.rule, s.least, 0, json_object()
    FROM (SELECT DISTINCT case_no, rule FROM part) AS p CROSS JOIN asked AS s
    UNION ALL
    SELECT c.case_no, c.rule, c.least, t.position,
           CASE WHEN t.label IN ('count', 'sum') THEN c.list ELSE json_set(c.list, '$."' || t.position || '"', p.ingredient) END
    FROM chosen AS c
    CROSS JOIN term AS t ON t.rule = c.rule AND t.position = c.position + 1
    LEFT JOIN part AS p ON p.case_no = c.case_no AND p.rule = c.rule AND p.position = t.position AND NOT p.counted
                           AND p.counts >= c.least
    WHERE t.label IN ('count', 'sum')
       OR (p.ingredient IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM json_each(c.list) AS e WHERE e.value = p.ingredient)))
SELECT c.case_no, c.rule, c.least, c.list
FROM chosen AS c
CROSS JOIN patient_rule AS r ON r.rule = c.rule
WHERE c.position = r.medicines
  AND NOT EXISTS (SELECT 1 FROM term AS t
                  WHERE t.rule = c.rule AND t.label IN ('count', 'sum')
                    AND t.quantity > coalesce((SELECT sum(p.weight) FROM part AS p
                                               WHERE p.case_no = c.case_no AND p.rule = c.rule AND p.position = t.position
                                                 AND p.counts >= c.least
                                                 AND NOT EXISTS (SELECT 1 FROM json_each(c.list) AS e
                                                                 WHERE e.value = p.ingredient)), 0));

-- Who takes part in some choice; of a rule with one term at least two must.
CREATE TEMP TABLE taking_part (
  case_no INTEGER NOT NULL,
  rule INTEGER NOT NULL,
  least INTEGER NOT NULL,
  ingredient TEXT NOT NULL,
  PRIMARY KEY (case_no, rule, least, ingredient)
) WITHOUT ROWID;
INSERT OR IGNORE INTO taking_part
SELECT c.case_no, c.rule, c.least, e.value FROM choice AS c CROSS JOIN json_each(c.list) AS e;
INSERT OR IGNORE INTO taking_part
SELECT c.case_no, c.rule, c.least, p.ingredient
FROM choice AS c
CROSS JOIN part AS p ON p.case_no = c.case_no AND p.rule = c.rule AND p.counted AND p.counts >= c.least
                        AND p.weight > 0
WHERE NOT EXISTS (SELECT 1 FROM json_each(c.list) AS e WHERE e.value = p.ingredient);
DELETE FROM taking_part
WHERE 2 > (SELECT count(*) FROM taking_part AS o
           WHERE o.case_no = taking_part.case_no AND o.rule = taking_part.rule AND o.least = taking_part.least);

CREATE TEMP TABLE set_holds (
  case_no INTEGER NOT NULL,
  rule INTEGER NOT NULL,
  step INTEGER NOT NULL,
  PRIMARY KEY (case_no, rule, step)
) WITHOUT ROWID;
INSERT OR IGNORE INTO set_holds
SELECT s.case_no, s.rule, c.step
FROM (SELECT DISTINCT case_no, rule FROM taking_part WHERE least = 2) AS s
CROSS JOIN main.rule_condition AS c ON c.rule_no = s.rule AND c.looks_at = 'case'
WHERE EXISTS (SELECT 1 FROM further_medicine AS f
              WHERE f.case_no = s.case_no AND f.rule = s.rule AND f.condition = c.position
                AND f.ingredient NOT IN (SELECT ingredient FROM taking_part AS p
                                         WHERE p.case_no = s.case_no AND p.rule = s.rule AND p.least = 2));
INSERT OR IGNORE INTO set_holds
SELECT s.case_no, s.rule, c.step
FROM (SELECT DISTINCT case_no, rule FROM taking_part WHERE least = 2) AS s
CROSS JOIN condition_of_patient AS c ON c.case_no = s.case_no AND c.rule = s.rule;
INSERT OR IGNORE INTO set_holds
SELECT s.case_no, s.rule, c.step
FROM (SELECT DISTINCT case_no, rule FROM taking_part WHERE least = 2) AS s
CROSS JOIN main.rule_condition AS c ON c.rule_no = s.rule AND c.looks_at = 'term' AND c.step <> 0
WHERE EXISTS (SELECT 1
              FROM taking_part AS p
              CROSS JOIN term AS t ON t.rule = s.rule AND t.term = c.term_no
              CROSS JOIN part AS w ON w.case_no = s.case_no AND w.rule = s.rule AND w.position = t.position
                                      AND w.ingredient = p.ingredient AND w.counts = 2
              CROSS JOIN drug AS d ON d.case_no = s.case_no AND d.ingredient = p.ingredient AND NOT d.stopped
                                      AND d.exposure = 'systemic'
              CROSS JOIN about_drug AS h ON h.rule = s.rule AND h.condition = c.position AND h.drug = d.drug
              WHERE p.case_no = s.case_no AND p.rule = s.rule AND p.least = 2);

----------------------------------------------------------------------------------------------------------------------
-- 5. The answers: of pairs, of sets, and of the rules of patient_oracle.sql, with their type. severity NULL: waits.

CREATE TEMP VIEW set_row (case_no, rule, ingredients, rank) AS
SELECT s.case_no, s.rule,
       (SELECT group_concat(ingredient, ' + ')
        FROM (SELECT ingredient FROM taking_part AS p
              WHERE p.case_no = s.case_no AND p.rule = s.rule AND p.least = 2 ORDER BY ingredient)),
       CASE WHEN EXISTS (SELECT 1 FROM set_holds AS h WHERE h.case_no = s.case_no AND h.rule = s.rule AND h.step > 0)
              THEN min(r.rank + 1, 4)
            WHEN NOT r.contraindication
                 AND EXISTS (SELECT 1 FROM set_holds AS h WHERE h.case_no = s.case_no AND h.rule = s.rule AND h.step < 0)
              THEN max(r.rank - 1, 1)
            ELSE r.rank END
FROM (SELECT DISTINCT case_no, rule FROM taking_part WHERE least = 2) AS s
CROSS JOIN patient_rule AS r ON r.rule = s.rule
WHERE NOT EXISTS (SELECT 1 FROM set_holds AS h WHERE h.case_no = s.case_no AND h.rule = s.rule AND h.step = 0);

CREATE TEMP VIEW case_row (case_no, rule, kind, type, ingredients, severity, contraindication, inferred, local) AS
SELECT p.case_no, r.id, r.kind, p.type, p.first || ' + ' || p.second, s.word, p.contraindication, r.scope = 'inferred', p.local
FROM pair_row AS p CROSS JOIN patient_rule AS r ON r.rule = p.rule CROSS JOIN severity_rank AS s ON s.rank = p.rank
UNION ALL
SELECT p.case_no, r.id, r.kind, r.type, p.ingredients, s.word, r.contraindication, 0, 0
FROM set_row AS p CROSS JOIN patient_rule AS r ON r.rule = p.rule CROSS JOIN severity_rank AS s ON s.rank = p.rank
UNION ALL
SELECT o.case_no, o.rule, r.kind, r.type, o.ingredients, o.severity, r.contraindication, 0, 0
FROM oracle_row AS o CROSS JOIN patient_rule AS r ON r.id = o.rule
WHERE (SELECT patient FROM judged_with)
UNION ALL
SELECT a.case_no, r.id, r.kind, r.type, a.first || ' + ' || a.second, NULL, 0, 0, 0
FROM pair_answer AS a CROSS JOIN patient_rule AS r ON r.rule = a.rule
WHERE a.waits AND a.outcome < 4
UNION ALL
SELECT s.case_no, r.id, r.kind, r.type, '', NULL, 0, 0, 0
FROM (SELECT case_no, rule, max(least) AS most FROM taking_part GROUP BY case_no, rule) AS s
CROSS JOIN patient_rule AS r ON r.rule = s.rule
WHERE s.most = 1;

-- The rules that an exception held back, as the engine lists them: of a pair or a set, and of the patient where the rule
-- fires for no medicines at all.
CREATE TEMP VIEW vetoed_rule (case_no, rule) AS
SELECT a.case_no, r.id FROM pair_answer AS a CROSS JOIN patient_rule AS r ON r.rule = a.rule WHERE a.outcome = 1
UNION
SELECT h.case_no, r.id FROM set_holds AS h CROSS JOIN patient_rule AS r ON r.rule = h.rule WHERE h.step = 0
UNION
SELECT s.case_no, r.id
FROM (SELECT case_no, rule, max(least) AS most FROM taking_part GROUP BY case_no, rule) AS s
CROSS JOIN patient_rule AS r ON r.rule = s.rule
WHERE s.most = 0
UNION
SELECT b.case_no, r.id
FROM binding AS b CROSS JOIN patient_rule AS r ON r.rule = b.rule
WHERE (SELECT patient FROM judged_with)
  AND EXISTS (SELECT 1 FROM holds AS h WHERE h.binding = b.binding AND h.step = 0)
  AND NOT EXISTS (SELECT 1 FROM binding AS o
                  WHERE o.case_no = b.case_no AND o.rule = b.rule AND NOT o.waits
                    AND NOT EXISTS (SELECT 1 FROM holds AS h WHERE h.binding = o.binding AND h.step = 0));
