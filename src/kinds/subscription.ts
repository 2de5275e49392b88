import {
  type CatalogAddress,
  type CatalogObject,
  defineKind,
  type Statement,
  statement,
} from '../catalog/kind.ts';
import { hideSql } from '../database/foreign-options.ts';
import { quoteIdentifier, quoteLiteral, quoteName } from '../database/sql.ts';
import { type Hazard, hazard } from '../plan/hazards.ts';

type Row = CatalogAddress & {
  readonly name: string;
  /** Null where the role that introspects may not read it. */
  readonly connection: string | null;
} & Omit<Subscription, 'connection'>;
type Subscription = {
  /** Hidden: connection strings hold passwords. */
  readonly connection: string;
  /** Sorted names of the publisher's publications. */
  readonly publications: readonly string[];
  readonly enabled: boolean;
  /** The replication slot on the publisher; null for none. */
  readonly slot: string | null;
  readonly synchronousCommit: string;
  readonly binary: boolean;
  /** `parallel` is known from PostgreSQL 16, and the default from 18. */
  readonly streaming: 'off' | 'on' | 'parallel';
  /** From PostgreSQL 15. */
  readonly twoPhase: boolean;
  /** From PostgreSQL 15. */
  readonly disableOnError: boolean;
  /** From PostgreSQL 16: `any` or `none`. */
  readonly origin: string;
  /** From PostgreSQL 16. */
  readonly passwordRequired: boolean;
  /** From PostgreSQL 16, before which it was always so: null there. */
  readonly runAsOwner: boolean | null;
  /** From PostgreSQL 17. */
  readonly failover: boolean;
};

export const subscription = defineKind<Row, Subscription>({
  kind: 'subscription',
  order: 192,
  serversOnly: true,
  foundIn: {
    catalog: 'pg_subscription',
    where: 'subdbid = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())',
  },
  query: (serverVersion) => {
    const since = (version: number, sql: string, otherwise: string) =>
      serverVersion < version ? otherwise : sql;
    return `
    SELECT 'pg_subscription'::regclass::oid AS classid, s.oid AS objid, 0 AS objsubid, s.subname AS name, ${connectionSql} AS connection,
           ARRAY(SELECT p FROM unnest(s.subpublications) p ORDER BY p COLLATE "C") AS publications,
           s.subenabled AS enabled, s.subslotname AS slot, s.subsynccommit AS "synchronousCommit", s.subbinary AS binary,
           ${since(160_000, `CASE s.substream WHEN 'f' THEN 'off' WHEN 't' THEN 'on' ELSE 'parallel' END`, `CASE WHEN s.substream THEN 'on' ELSE 'off' END`)} AS streaming,
           ${since(150_000, `s.subtwophasestate <> 'd'`, 'false')} AS "twoPhase",
           ${since(150_000, 's.subdisableonerr', 'false')} AS "disableOnError",
           ${since(160_000, 's.suborigin', `'any'`)} AS origin,
           ${since(160_000, 's.subpasswordrequired', 'true')} AS "passwordRequired",
           ${since(160_000, 's.subrunasowner', 'NULL::boolean')} AS "runAsOwner",
           ${since(170_000, 's.subfailover', 'false')} AS failover
    FROM pg_subscription s
    WHERE s.subdbid = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
    ORDER BY s.subname`;
  },
  fromRow: ({ classid, objid, objsubid, name, connection, ...properties }) => ({
    ref: { kind: 'subscription', path: [name] },
    address: { classid, objid, objsubid },
    properties: { connection: connection ?? '', ...properties },
    ...(connection === null
      ? {
          unseen: {
            properties: ['connection'],
            because:
              'its connection string is a superuser’s to see: GRANT SELECT (subconninfo) ON pg_catalog.pg_subscription to the role that Trueup connects as, or connect as a superuser',
          },
        }
      : {}),
  }),
  address: (ref) => `SUBSCRIPTION ${quoteName(ref.path)}`,
  // As pg_dump has it: without a connection nothing is copied and no slot is made, so it starts disabled.
  create: (object) => [
    {
      ...statement(
        `CREATE SUBSCRIPTION ${quoteName(object.ref.path)} ${connection(object)} PUBLICATION ${publications(object)} WITH (connect = false, ${options(object)})`,
      ),
      masked: ['connection'],
    },
    ...(object.properties.enabled ? [alter(object, 'ENABLE')] : []),
  ],
  // With a slot it connects to the publisher and drops the slot there, which PostgreSQL does in no transaction block.
  drop: ({ ref, properties: { slot } }) => [
    statement(`DROP SUBSCRIPTION ${quoteName(ref.path)}`, {
      transaction: slot === null ? 'inside' : 'outside',
    }),
  ],
  rename: (before, after) => [
    statement(`ALTER SUBSCRIPTION ${quoteName(before.path)} RENAME TO ${quoteName(after.path)}`),
  ],
  change: {
    connection: (_before, after) => [{ ...alter(after, connection(after)), masked: ['connection'] }],
    // A refresh connects to the publisher: see the hazard.
    publications: (_before, after) => [
      alter(after, `SET PUBLICATION ${publications(after)} WITH (refresh = false)`),
    ],
    enabled: alterOptions,
    slot: alterOptions,
    synchronousCommit: alterOptions,
    binary: alterOptions,
    streaming: alterOptions,
    disableOnError: alterOptions,
    origin: alterOptions,
    passwordRequired: alterOptions,
    runAsOwner: alterOptions,
    // What the slot was made with. Only newer servers change it, and only while they reach the publisher.
    twoPhase: 'replace',
    failover: 'replace',
  },
  hazards: (before, after) => [...missing(before, after), ...unrefreshed(before, after)],
  references: () => [],
  narrow: (object, serverVersion) =>
    serverVersion < 160_000 ? { ...object, properties: { ...object.properties, runAsOwner: null } } : object,
});

/**
 * SQL: the digest, or null where the role may not read the column. Naming a column is refused as a whole, so the
 * query that names it is text until it may run.
 */
const connectionSql = `
           CASE WHEN has_column_privilege('pg_catalog.pg_subscription', 'subconninfo', 'SELECT') THEN substring(query_to_xml(
             ${quoteLiteral(`SELECT ${hideSql(`regexp_replace(subconninfo, '^password=(hidden:[0-9a-f]{6})$', '\\1')`, `'connection'`)} FROM pg_catalog.pg_subscription WHERE oid = `)} || s.oid,
             false, false, '')::text FROM 'hidden:[0-9a-f]{6}') END`;

/** What stands in the string's place is a connection string too, so that PostgreSQL takes it for a copy. */
function connection({ properties }: CatalogObject<Subscription>): string {
  return `CONNECTION ${quoteLiteral(`password=${properties.connection}`)}`;
}

function publications({ properties }: CatalogObject<Subscription>): string {
  return properties.publications.map(quoteIdentifier).join(', ');
}

function alter({ ref }: CatalogObject<Subscription>, what: string): Statement {
  return statement(`ALTER SUBSCRIPTION ${quoteName(ref.path)} ${what}`);
}

/** All that can be altered, in one order: a subscription gives up its slot only when it is disabled. */
function alterOptions(
  before: CatalogObject<Subscription>,
  after: CatalogObject<Subscription>,
): readonly Statement[] {
  const [was, is] = [before.properties, after.properties];
  const set = Object.entries(written)
    .filter(([name]) => was[name as keyof typeof written] !== is[name as keyof typeof written])
    .map(([, write]) => write(is));
  return [
    ...(was.enabled && !is.enabled ? [alter(after, 'DISABLE')] : []),
    ...(set.length > 0 ? [alter(after, `SET (${set.join(', ')})`)] : []),
    ...(is.enabled && !was.enabled ? [alter(after, 'ENABLE')] : []),
  ];
}

const written = {
  slot: ({ slot }: Subscription) => `slot_name = ${slot === null ? 'NONE' : quoteLiteral(slot)}`,
  synchronousCommit: (one: Subscription) => `synchronous_commit = ${quoteLiteral(one.synchronousCommit)}`,
  binary: ({ binary }: Subscription) => `binary = ${binary}`,
  streaming: ({ streaming }: Subscription) => `streaming = ${streaming}`,
  disableOnError: ({ disableOnError }: Subscription) => `disable_on_error = ${disableOnError}`,
  origin: ({ origin }: Subscription) => `origin = ${origin}`,
  passwordRequired: ({ passwordRequired }: Subscription) => `password_required = ${passwordRequired}`,
  runAsOwner: ({ runAsOwner }: Subscription) => `run_as_owner = ${runAsOwner ?? false}`,
};

/** What only newer servers know is left out where it says what every version does. */
function options({ properties: is }: CatalogObject<Subscription>): string {
  return [
    written.slot(is),
    written.synchronousCommit(is),
    written.binary(is),
    written.streaming(is),
    ...(is.twoPhase ? ['two_phase = true'] : []),
    ...(is.disableOnError ? [written.disableOnError(is)] : []),
    ...(is.origin === 'any' ? [] : [written.origin(is)]),
    ...(is.passwordRequired ? [] : [written.passwordRequired(is)]),
    ...(is.runAsOwner ? [written.runAsOwner(is)] : []),
    ...(is.failover ? ['failover = true'] : []),
  ].join(', ');
}

/** What no longer arrives from the publisher. */
function missing(
  before: CatalogObject<Subscription> | null,
  after: CatalogObject<Subscription> | null,
): readonly Hazard[] {
  if (!before?.properties.enabled) return [];
  const still = after?.properties.enabled ? after.properties.publications : [];
  const gone = before.properties.publications.filter((name) => !still.includes(name));
  return gone.length === 0
    ? []
    : [hazard('unsubscribed', before.ref.path.join('.'), { missing: gone.join(', ') })];
}

function unrefreshed(
  before: CatalogObject<Subscription> | null,
  after: CatalogObject<Subscription> | null,
): readonly Hazard[] {
  if (!after) return [];
  const more = after.properties.publications.filter(
    (name) => !before?.properties.publications.includes(name),
  );
  return more.length === 0
    ? []
    : [hazard('not-refreshed', after.ref.path.join('.'), { added: more.join(', ') })];
}
