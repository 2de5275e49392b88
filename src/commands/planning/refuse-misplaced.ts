import type { Registry } from '../../catalog/kind.ts';
import { formatId, formatName, type ObjectRef } from '../../catalog/object.ts';
import type { Session } from '../../database/session.ts';
import { quoteIdentifier } from '../../database/sql.ts';
import type { Change } from '../../diff/change.ts';
import { type Diagnostic, throwIfErrors } from '../../errors.ts';

type Misplaced = {
  readonly extension: string;
  /** It is a part of the extension; else a part of the extension needs it. */
  readonly added: boolean;
  readonly path: readonly string[];
  readonly signature: string;
};

/**
 * Refuses to revert what ALTER EXTENSION … ADD or DROP did on live, with the statement that does: no definition says which objects
 * are an extension's. What was taken out is known by the parts of the extension that need it.
 */
export async function refuseMisplaced(
  live: Session,
  drift: readonly Change[],
  registry: Registry,
): Promise<void> {
  const apart = drift.flatMap(({ before, after }) =>
    before && !after
      ? [{ ref: before.ref, added: true }]
      : after && !before
        ? [{ ref: after.ref, added: false }]
        : [],
  );
  if (apart.length === 0) return;
  const goes = ({ extension }: Misplaced) =>
    apart.some(({ ref }) => ref.kind === 'extension' && ref.path[0] === extension);
  const found = await live.query<Misplaced>(misplacedQuery);
  throwIfErrors(
    apart.flatMap(({ ref, added }): readonly Diagnostic[] => {
      const one = found.find((other) => other.added === added && isNamed(ref, other) && !goes(other));
      const address = registry.get(ref.kind)?.address(ref);
      if (!one || address === undefined || ref.on !== undefined) return [];
      const extension = quoteIdentifier(one.extension);
      return [
        {
          code: 'misplaced-member',
          severity: 'error',
          subject: formatId(ref),
          summary: added
            ? `${ref.kind} ${formatName(ref)} was made a part of the extension ${extension} on live.`
            : `${ref.kind} ${formatName(ref)} was taken out of the extension ${extension} on live, which needs it.`,
          help: `Run ALTER EXTENSION ${extension} ${added ? 'DROP' : 'ADD'} ${address}, or decide to leave this drift.`,
        },
      ];
    }),
  );
}

function isNamed({ path, signature = '' }: ObjectRef, other: Misplaced): boolean {
  return JSON.stringify(path) === JSON.stringify(other.path) && signature === other.signature;
}

const misplacedQuery = `
  WITH member AS (SELECT refobjid AS extension, classid, objid FROM pg_depend WHERE deptype = 'e')
  SELECT e.extname AS extension, o.added, a.object_names AS path, array_to_string(a.object_args, ', ') AS signature
  FROM (SELECT extension, classid, objid, true AS added FROM member
        UNION
        SELECT m.extension, d.refclassid, d.refobjid, false
        FROM (SELECT * FROM member
              -- Operators and functions of an operator class or family are no members themselves.
              UNION SELECT m.extension, a.classid, a.objid FROM member m
              JOIN pg_depend a ON a.refclassid = m.classid AND a.refobjid = m.objid AND a.classid IN ('pg_amop'::regclass, 'pg_amproc'::regclass)) AS m
        JOIN pg_depend d ON d.classid = m.classid AND d.objid = m.objid
        WHERE d.refobjid >= 16384 AND d.refclassid NOT IN ('pg_extension'::regclass, 'pg_namespace'::regclass)
          AND NOT EXISTS (SELECT FROM member o WHERE o.classid = d.refclassid AND o.objid = d.refobjid)) AS o
  JOIN pg_extension e ON e.oid = o.extension
  CROSS JOIN LATERAL pg_identify_object_as_address(o.classid, o.objid, 0) AS a
  ORDER BY 1, 2, 3, 4`;
