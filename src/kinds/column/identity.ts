import { type CatalogObject, type Renamed, type Statement, statement } from '../../catalog/kind.ts';
import { asideOf, quoteLiteral, quoteName, renameSql } from '../../database/sql.ts';
import { setNotNull } from './not-null.ts';
import { alter, type Column, dropDefault, type Identity, setDefault } from './properties.ts';

/** From serial or nothing to identity, from one identity to another, and back: values go on where they were. */
export function alterIdentity(
  before: CatalogObject<Column>,
  after: CatalogObject<Column>,
): readonly Statement[] {
  const { identity } = after.properties;
  if (identity === null) {
    const [rename, keep] = keepPosition(before, after);
    // Only integers have one, so it goes before the type changes, unless its position is wanted.
    const drop = { ...alter(after, 'DROP IDENTITY'), yields: keep.length === 0 };
    return [...rename, ...keep, drop, ...setDefault(after)];
  }
  const generation = identity.always ? 'ALWAYS' : 'BY DEFAULT';
  if (before.properties.identity === null) {
    return [
      ...(before.properties.notNull ? [] : [setNotNull(after)]),
      ...(before.properties.default === null ? [] : [dropDefault(after)]),
      ...addIdentity(before, after, `ADD GENERATED ${generation} AS IDENTITY`, identity),
    ];
  }
  const from = before.properties.identity;
  const [schema = ''] = after.ref.path;
  const sequence = [schema, identity.name];
  // It gives up its name before any other takes that.
  const old = [schema, from.name];
  const renamed =
    from.name === identity.name
      ? []
      : [
          ...renameSql('SEQUENCE', old, asideOf(old)).map((sql) => statement(sql, { yields: true })),
          ...renameSql('SEQUENCE', asideOf(old), sequence).map((sql) => statement(sql)),
        ];
  const logged = setLogged(sequence, from, identity);
  if (from.always === identity.always && sequenceOptions(from) === sequenceOptions(identity))
    return [...renamed, ...logged];
  const { start, increment, minimum, maximum, cache, cycle } = identity;
  return [
    ...renamed,
    ...moveIntoBounds(from, identity, sequence),
    alter(
      after,
      `SET GENERATED ${generation} SET START WITH ${start} SET INCREMENT BY ${increment} SET MINVALUE ${minimum} SET MAXVALUE ${maximum} SET CACHE ${cache} SET ${cycle ? 'CYCLE' : 'NO CYCLE'}`,
    ),
    ...logged,
  ];
}

/** Another name for the sequence of an identity, and the column with it. Null: it has none. */
export function renameSequence(
  object: CatalogObject<Column>,
  name: readonly string[],
): Renamed<Column> | null {
  const { identity } = object.properties;
  if (identity === null) return null;
  const old = [object.ref.path[0] ?? '', identity.name];
  const properties = {
    ...object.properties,
    identity: { ...identity, name: name.at(-1) ?? '' },
    sequence: name,
  };
  return {
    object: { ...object, properties },
    statements: renameSql('SEQUENCE', old, name).map((sql) => statement(sql)),
  };
}

/** SET LOGGED or UNLOGGED of the sequence, which is made as its table is. */
export function setLogged(
  sequence: readonly string[],
  before: Pick<Identity, 'unlogged'>,
  after: Pick<Identity, 'unlogged'>,
): readonly Statement[] {
  if (before.unlogged === after.unlogged) return [];
  const unlogged = after.unlogged ?? !before.unlogged;
  return [statement(`ALTER SEQUENCE ${quoteName(sequence)} SET ${unlogged ? 'UNLOGGED' : 'LOGGED'}`)];
}

/** An identity goes on where the sequence of the default was, which steps aside where it has the name. */
function addIdentity(
  before: CatalogObject<Column>,
  after: CatalogObject<Column>,
  add: string,
  identity: Identity,
): readonly Statement[] {
  const [from, to] = [before.properties.sequence, after.properties.sequence];
  const takesName = from !== null && to !== null && quoteName(from) === quoteName(to);
  const made = statement(alter(after, `${add} (${identityOptions(after.ref.path, after.properties)})`).sql, {
    ...(takesName && from ? { takesNameOf: { kind: 'sequence', path: from } } : {}),
    // It takes a NOT NULL that is there, validated.
    needs: before.properties.notNull === true ? [] : [after.ref],
  });
  const logged = setLogged(to ?? [], {}, identity);
  if (from === null) return [made, ...logged];
  const { minimum, maximum } = identity;
  const old = takesName ? asideOf(from) : from;
  const table = quoteLiteral(quoteName(before.ref.path.slice(0, -1)));
  const name = `pg_catalog.pg_get_serial_sequence(${table}, ${quoteLiteral(before.ref.path.at(-1) ?? '')})`;
  return [
    made,
    // Else both would be the column's.
    statement(`ALTER SEQUENCE ${quoteName(old)} OWNED BY NONE`),
    statement(
      `SELECT pg_catalog.setval(${name}, greatest(${minimum}, least(${maximum}, last_value)), is_called) FROM ${quoteName(old)}`,
      { keeps: { kind: 'sequence', path: from } },
    ),
    ...logged,
  ];
}

/** The sequence of a default goes on where the identity was, whose own steps aside while both are there. */
function keepPosition(
  before: CatalogObject<Column>,
  after: CatalogObject<Column>,
): readonly [rename: readonly Statement[], keep: readonly Statement[]] {
  const [from, to] = [before.properties.sequence, after.properties.sequence];
  if (from === null || to === null) return [[], []];
  const aside = asideOf(from, '_identity');
  const position = `SELECT pg_catalog.setval(${quoteLiteral(quoteName(to))}, f.last_value, f.is_called) FROM ${quoteName(aside)} f, ${quoteName(to)} t WHERE NOT t.is_called`;
  const rename = renameSql('SEQUENCE', from, aside).map((sql) => statement(sql, { yields: true }));
  return [rename, [statement(position)]];
}

/** PostgreSQL refuses bounds that the sequence's position lies outside of. */
function moveIntoBounds(from: Identity, to: Identity, sequence: readonly string[]): readonly Statement[] {
  const [minimum, maximum] = [BigInt(to.minimum), BigInt(to.maximum)];
  if (minimum <= BigInt(from.minimum) && maximum >= BigInt(from.maximum)) return [];
  const name = quoteName(sequence);
  const wide = `MINVALUE ${minimum < BigInt(from.minimum) ? minimum : from.minimum} MAXVALUE ${maximum > BigInt(from.maximum) ? maximum : from.maximum}`;
  return [
    statement(`ALTER SEQUENCE ${name} ${wide}`),
    statement(
      `SELECT pg_catalog.setval(${quoteLiteral(name)}, greatest(${minimum}, least(${maximum}, last_value)), is_called AND last_value BETWEEN ${minimum} AND ${maximum}) FROM ${name}`,
    ),
  ];
}

/** As they stand behind AS IDENTITY; the name of the sequence only where PostgreSQL would choose another. */
export function identityOptions(
  path: readonly string[],
  { identity, sequence }: Pick<Column, 'identity' | 'sequence'>,
): string {
  if (identity === null) return '';
  const chosen = `${path.slice(1).join('_')}_seq`;
  const isChosen = sequence === null || (sequence[0] === path[0] && sequence[1] === chosen);
  return `${isChosen ? '' : `SEQUENCE NAME ${quoteName(sequence)} `}${sequenceOptions(identity)}`;
}

function sequenceOptions({ start, increment, minimum, maximum, cache, cycle }: Identity): string {
  return `START WITH ${start} INCREMENT BY ${increment} MINVALUE ${minimum} MAXVALUE ${maximum} CACHE ${cache}${cycle ? ' CYCLE' : ''}`;
}
