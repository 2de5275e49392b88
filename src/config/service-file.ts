import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { TrueupError } from '../errors.ts';
import type { Variables } from './target.ts';

/**
 * A server's URL with what its connection service says in the place of what it leaves out: `?service=NAME` or PGSERVICE,
 * looked up in PGSERVICEFILE or ~/.pg_service.conf, then in PGSYSCONFDIR. Any other URL as it is. Throws `TrueupError`
 * when there is no such service. Source: PostgreSQL manual, "The Connection Service File".
 */
export async function withService(text: string, variables: Variables): Promise<string> {
  const url = /^postgres(?:ql)?:/i.test(text) && URL.canParse(text) ? new URL(text) : null;
  const name = url?.searchParams.get('service') ?? variables.PGSERVICE;
  if (!url || !name) return text;
  const files = [
    variables.PGSERVICEFILE ?? join(variables.HOME ?? homedir(), '.pg_service.conf'),
    ...(variables.PGSYSCONFDIR ? [join(variables.PGSYSCONFDIR, 'pg_service.conf')] : []),
  ];
  for (const file of files) {
    const settings = findService(await readFile(file, 'utf8').catch(() => ''), name);
    if (settings) return fill(url, settings);
  }
  throw new TrueupError([
    {
      code: 'service',
      severity: 'error',
      subject: name,
      summary: `There is no connection service "${name}".`,
      detail: `Looked for it in ${files.join(', ')}.`,
      help: 'Correct ?service= or PGSERVICE, or name the file with PGSERVICEFILE.',
    },
  ]);
}

/** The settings below `[name]`; null when the file has no such section. */
function findService(text: string, name: string): ReadonlyMap<string, string> | null {
  let settings: Map<string, string> | null = null;
  for (const line of text.split(/\r?\n/)) {
    const section = /^\s*\[(.*)\]\s*$/.exec(line)?.[1];
    if (section !== undefined && settings) return settings;
    if (section === name) settings = new Map();
    const [, key, value] = /^\s*([a-z_]+)=(.*?)\s*$/.exec(line) ?? [];
    if (settings && key !== undefined && value !== undefined) settings.set(key, value);
  }
  return settings;
}

/** What the URL says wins. */
function fill(url: URL, settings: ReadonlyMap<string, string>): string {
  const { searchParams } = url;
  searchParams.delete('service');
  const isSaid: Readonly<Record<string, boolean>> = {
    host: url.hostname !== '',
    port: url.port !== '',
    user: url.username !== '',
    password: url.password !== '',
    dbname: url.pathname.length > 1,
  };
  const rest = new Map([...settings].filter(([key]) => !isSaid[key] && !searchParams.has(key)));
  const take = (key: string) => {
    const value = rest.get(key);
    rest.delete(key);
    return value === undefined ? undefined : encodeURIComponent(value);
  };
  const user = take('user') ?? url.username;
  const password = take('password') ?? url.password;
  const host = rest.get('host')?.startsWith('/') ? '' : (take('host') ?? url.hostname);
  const port = take('port') ?? url.port;
  const database = take('dbname') ?? url.pathname.slice(1);
  for (const [key, value] of rest) searchParams.set(key, value);
  const credentials = password === '' ? user : `${user}:${password}`;
  const server = `${host}${port === '' ? '' : `:${port}`}`;
  const query = searchParams.size === 0 ? '' : `?${searchParams}`;
  return `postgres://${credentials === '' ? '' : `${credentials}@`}${server}/${database}${query}`;
}
