import { type Diagnostic, TrueupError } from '../errors.ts';
import { nearest } from './nearest.ts';

/** Where a database is. `url` holds the password: show `describeUrl` or `redactUrl` of it, never itself. */
export type DatabaseUrl =
  | {
      readonly kind: 'server';
      readonly url: string;
      /** Empty when the URL has none and the driver's default serves. */
      readonly user: string;
      readonly host: string;
      readonly port: number;
      readonly database: string;
    }
  | { readonly kind: 'embedded'; readonly url: string; readonly directory: string };

const schemes = ['postgres', 'postgresql', 'pglite'];
const known = 'postgres://USER@HOST/DATABASE, postgresql://… or pglite:DIRECTORY';

/** Parses a database URL. `subject` says where it stands (`--url`, `environments.prod.url`). Throws `TrueupError`. */
export function parseDatabaseUrl(url: string, subject = 'the database URL'): DatabaseUrl {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase();
  const hasAuthority = scheme !== undefined && url.slice(scheme.length + 1).startsWith('//');
  if (scheme === 'pglite') {
    // `pglite://dir` is what people write by habit; a directory never needs two leading slashes.
    const directory = url.slice('pglite:'.length).replace(/^\/\/(?=.)/, '');
    if (directory !== '') return { kind: 'embedded', url, directory };
    throw invalid(subject, `${subject} names no directory.`, 'Expected pglite:DIRECTORY.');
  }
  if (scheme !== undefined && hasAuthority && !schemes.includes(scheme)) {
    const near = nearest(scheme, schemes);
    throw invalid(
      subject,
      `Unknown scheme ${scheme}:// in ${subject}.`,
      `Expected ${known}.`,
      near ? `Did you mean ${near}${near === 'pglite' ? ':' : '://'}?` : undefined,
    );
  }
  // Without `//` there is no telling where a secret stands, so nothing of the text is shown.
  if (scheme === undefined || !hasAuthority) {
    throw invalid(subject, `${subject} is not a database URL.`, `Expected ${known}.`);
  }
  return parseServerUrl(url, subject);
}

/**
 * The URL with every password replaced by `***`, also one in a parameter, and also when the URL is
 * malformed: what might be a password is taken for one.
 */
export function redactUrl(url: string): string {
  if (/^pglite:/i.test(url)) return url;
  const head = /^[a-z][a-z0-9+.-]*:\/\//i.exec(url)?.[0] ?? '';
  const rest = url.slice(head.length);
  // The last @, not the first: an unescaped password may hold @, / and ? itself.
  const at = rest.lastIndexOf('@');
  const credentials = at < 0 ? '' : rest.slice(0, at);
  const user = credentials.split(':', 1)[0] ?? '';
  const shown = at < 0 ? '' : `${credentials.includes(':') ? `${user}:***` : user}@`;
  return head + shown + redactParameters(at < 0 ? redactAuthority(rest) : rest.slice(at + 1));
}

/** `user@host:port/database`, the port only when it is not 5432; `pglite:DIRECTORY` for an embedded database. */
export function describeUrl(url: string): string {
  try {
    const parsed = parseDatabaseUrl(url);
    if (parsed.kind === 'embedded') return `pglite:${parsed.directory}`;
    const user = parsed.user === '' ? '' : `${parsed.user}@`;
    const host = parsed.host.includes(':') ? `[${parsed.host}]` : parsed.host;
    return `${user}${host}${parsed.port === 5432 ? '' : `:${parsed.port}`}/${parsed.database}`;
  } catch {
    return redactUrl(url);
  }
}

function parseServerUrl(url: string, subject: string): DatabaseUrl {
  const parsed = readUrl(url);
  const port = Number(parsed?.searchParams.get('port') ?? (parsed?.port || '5432'));
  const user = decode(parsed?.searchParams.get('user') ?? parsed?.username ?? '');
  const path = decode(parsed?.pathname.slice(1) ?? '');
  if (!parsed || port < 1 || port > 65_535 || !Number.isInteger(port) || user === null || path === null) {
    throw invalid(
      subject,
      `${subject} cannot be read: ${redactUrl(url)}`,
      `Expected ${known}.`,
      'Characters such as @ : / ? # % in a user name or a password are written in percent form: @ is %40.',
    );
  }
  const host = parsed.searchParams.get('host') ?? decode(parsed.hostname.replace(/^\[(.*)\]$/, '$1'));
  // PostgreSQL's own default: the database is called as the user is.
  return { kind: 'server', url, user, host: host || 'localhost', port, database: path || user };
}

/** `postgres://user@/db?host=/run/postgresql` is good for PostgreSQL and not for WHATWG, which wants a host. */
function readUrl(url: string): URL | null {
  for (const text of [url, url.replace('@/', '@localhost/')]) {
    if (URL.canParse(text)) return new URL(text);
  }
  return null;
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** `user:password` without @ (the host forgotten): what follows the colon is shown only when it is a port. */
function redactAuthority(rest: string): string {
  const end = rest.search(/[/?#]/);
  const authority = end < 0 ? rest : rest.slice(0, end);
  if (authority.startsWith('[') || /^[^:]*(:\d{0,5})?$/.test(authority)) return rest;
  return `${authority.split(':', 1)[0]}:***`;
}

function redactParameters(text: string): string {
  return text
    .replace(/([?&])([^=&?]*)=([^&]*)/g, (whole, start: string, name: string) =>
      /pass|pwd|secret|token/i.test(decode(name) ?? name) ? `${start}${name}=***` : whole,
    )
    .replace(/(\b\w*password\s*=\s*)('(?:[^'\\]|\\.)*'?|[^&\s]+)/gi, '$1***');
}

function invalid(subject: string, summary: string, detail: string, help?: string): TrueupError {
  const diagnostic: Diagnostic = {
    code: 'database-url',
    severity: 'error',
    subject,
    summary: summary.charAt(0).toUpperCase() + summary.slice(1),
    detail,
    ...(help === undefined ? {} : { help }),
  };
  return new TrueupError([diagnostic]);
}
