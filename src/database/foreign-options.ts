import { quoteIdentifier, quoteLiteral } from './sql.ts';

/**
 * Options of foreign data by name. A value that may be a secret never leaves the database: in its place stands
 * `hidden:` and a digest of 24 bits, which tells two values apart.
 */
export type ForeignOptions = { readonly [name: string]: string };

/** Options whose values are no secrets in any wrapper that is in wide use. What is not among them is hidden. */
const shown = [
  // libpq's, of postgres_fdw and dblink.
  ...['host', 'hostaddr', 'port', 'dbname', 'user', 'username', 'service', 'application_name', 'sslmode'],
  ...['sslcompression', 'sslsni', 'channel_binding', 'gssencmode', 'krbsrvname', 'connect_timeout'],
  ...['client_encoding', 'keepalives', 'keepalives_idle', 'keepalives_interval', 'keepalives_count'],
  ...['tcp_user_timeout', 'target_session_attrs', 'load_balance_hosts', 'require_auth'],
  ...[
    'schema_name',
    'table_name',
    'column_name',
    'use_remote_estimate',
    'fdw_startup_cost',
    'fdw_tuple_cost',
  ],
  ...['fetch_size', 'batch_size', 'extensions', 'updatable', 'truncatable', 'async_capable'],
  ...['keep_connections', 'parallel_commit', 'parallel_abort', 'analyze_sampling', 'password_required'],
  ...['use_scram_passthrough'],
  // file_fdw's; `program` is a command line and may hold anything.
  ...['filename', 'format', 'header', 'delimiter', 'quote', 'escape', 'null', 'default', 'encoding'],
  ...['force_not_null', 'force_null', 'on_error', 'reject_limit', 'log_verbosity'],
  // What others call where their data is.
  ...['schema', 'table', 'database', 'collection', 'column', 'key', 'readonly', 'prefetch', 'servername'],
] as const;

/** An expression that reads an array of options (`srvoptions`) as JSON, with secrets hidden inside the database. */
export function optionsSql(array: string): string {
  return `(SELECT coalesce(json_object_agg(o.option_name,
             CASE WHEN o.option_name IN (${shown.map(quoteLiteral).join(', ')}) THEN o.option_value
                  ELSE ${hideSql('o.option_value', 'o.option_name')} END ORDER BY o.option_name), '{}'::json)
           FROM pg_options_to_table(${array}) o)`;
}

/**
 * An expression for what stands in place of a secret. It leaves what is hidden already as it is, so that a
 * copy made by masked statements equals its original. `salt` keeps equal secrets of different names apart.
 */
export function hideSql(value: string, salt: string): string {
  return `CASE WHEN ${value} ~ '^hidden:[0-9a-f]{6}$' THEN ${value}
          ELSE 'hidden:' || left(encode(sha256(convert_to(${salt} || '=' || ${value}, 'UTF8')), 'hex'), 6) END`;
}

/** Whether a value is only what stands in a secret's place. */
export function isHidden(value: string): boolean {
  return /^hidden:[0-9a-f]{6}$/.test(value);
}

/** ` OPTIONS (…)` of a CREATE statement; empty without options. */
export function createOptions(options: ForeignOptions): string {
  const entries = Object.entries(options);
  return entries.length === 0
    ? ''
    : ` OPTIONS (${entries.map(([name, value]) => `${quoteIdentifier(name)} ${quoteLiteral(value)}`).join(', ')})`;
}

/** `OPTIONS (ADD …, SET …, DROP …)` of an ALTER statement. */
export function alterOptions(before: ForeignOptions, after: ForeignOptions): string {
  const changes = [
    ...Object.keys(before)
      .filter((name) => after[name] === undefined)
      .map((name) => `DROP ${quoteIdentifier(name)}`),
    ...Object.entries(after)
      .filter(([name, value]) => before[name] !== value)
      .map(
        ([name, value]) =>
          `${before[name] === undefined ? 'ADD' : 'SET'} ${quoteIdentifier(name)} ${quoteLiteral(value)}`,
      ),
  ];
  return `OPTIONS (${changes.join(', ')})`;
}

/** Names of the options whose hidden values a statement would have to hold: `before` has them not, or others. */
export function maskedOptions(before: ForeignOptions, after: ForeignOptions): readonly string[] {
  return Object.entries(after)
    .filter(([name, value]) => isHidden(value) && before[name] !== value)
    .map(([name]) => name);
}
