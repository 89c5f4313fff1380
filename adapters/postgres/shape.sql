-- What the schema of a ledger is, a line each thing, the same for every version of PostgreSQL.
SELECT coalesce(string_agg(line, E'\n' ORDER BY line COLLATE "C"), '') FROM (
  SELECT concat_ws(' ', 'table', relname, relkind, relpersistence, relrowsecurity, relhasrules, relhassubclass) AS line
    FROM pg_class WHERE relnamespace = 'guardian'::regnamespace AND relkind NOT IN ('i', 't')
  UNION ALL
  SELECT concat_ws(' ', 'column', relname, attnum, attname, format_type(atttypid, atttypmod), attnotnull,
                   nullif(attgenerated::text, ''), nullif(attidentity::text, ''))
    FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
    WHERE relnamespace = 'guardian'::regnamespace AND relkind NOT IN ('i', 't') AND attnum > 0 AND NOT attisdropped
  UNION ALL
  SELECT concat_ws(' ', 'index', i.relname, t.relname, indkey, indisunique, indisprimary, indisvalid)
    FROM pg_index JOIN pg_class i ON i.oid = indexrelid JOIN pg_class t ON t.oid = indrelid
    WHERE t.relnamespace = 'guardian'::regnamespace AND t.relkind = 'r'
  UNION ALL
  SELECT concat_ws(' ', 'trigger', tgname, relname, tgtype, tgenabled, proname, tgqual IS NULL)
    FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid JOIN pg_proc p ON p.oid = tgfoid
    WHERE relnamespace = 'guardian'::regnamespace AND NOT tgisinternal
  UNION ALL
  SELECT concat_ws(' ', 'function', proname, encode(sha256(convert_to(prosrc, 'UTF8')), 'hex'),
                   array_to_string(proconfig, ','))
    FROM pg_proc WHERE pronamespace = 'guardian'::regnamespace
) AS shape
