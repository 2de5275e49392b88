import { doBlock, quoteLiteral } from '../database/sql.ts';

/** A statement that fails where the query's answer is not as expected: for a script, which nobody reads the answers of. */
export function expectedBlock(sql: string): string {
  return doBlock(`BEGIN
  IF (SELECT pg_catalog.count(*) > 1 OR NOT pg_catalog.bool_and(
        trueup_row::text = '(t)' AND pg_catalog.to_jsonb(trueup_row)::text ~ ': true[}]$')
      FROM (
        ${sql}
      ) AS trueup_row) THEN
    RAISE EXCEPTION 'Expected true or no rows.' USING DETAIL = ${quoteLiteral(sql)};
  END IF;
END`);
}
