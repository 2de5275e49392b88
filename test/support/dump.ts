import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The major of the pg_dump on the path, which dumps servers up to it; null where there is none. */
export const dumpMajor: number | null = readMajor();

function readMajor(): number | null {
  try {
    return Number(/\d+/.exec(execFileSync('pg_dump', ['--version'], { encoding: 'utf8' }))?.[0]);
  } catch {
    return null;
  }
}

/**
 * `pg_dump -s` as a sorted list of statements: order, blank lines and comments say nothing about the schema, nor
 * does the order of columns, which PostgreSQL cannot change.
 */
export async function dumpSchema(url: string, options: readonly string[] = []): Promise<readonly string[]> {
  const { stdout } = await run('pg_dump', ['--schema-only', ...options, '--dbname', url], {
    maxBuffer: 256 * 1024 * 1024,
  });
  const lines = stdout
    .split('\n')
    .filter((line) => !/^(--|SET |SELECT pg_catalog\.set_config|$|\\)/.test(line));
  return lines
    .join('\n')
    .split(/;\n/)
    .map((text) => sortColumns(text.trim()))
    .filter((text) => text !== '')
    .sort();
}

/**
 * Statements of either dump that the other does not have. Where one has a hidden value, which Trueup does not hold, the other
 * may have any.
 */
export function differingStatements(
  live: readonly string[],
  goal: readonly string[],
): { readonly extra: readonly string[]; readonly missing: readonly string[] } {
  const missing = [...goal];
  const extra = live.filter((text) => {
    const position = missing.findIndex((other) => isSame(text, other));
    if (position !== -1) missing.splice(position, 1);
    return position === -1;
  });
  return { extra, missing };
}

const hidden = /'[^']*hidden:[0-9a-f]{6}[^']*'/;

function isSame(text: string, other: string): boolean {
  if (!hidden.test(text)) return text === other;
  const parts = text.split(hidden).map((part) => part.replaceAll(/[^\w\s]/g, '\\$&'));
  return new RegExp(`^${parts.join("'(?:[^']|'')*'")}$`).test(other);
}

function sortColumns(text: string): string {
  const statistics = /^(CREATE STATISTICS \S+ ON )(.*)( FROM \S+)$/s.exec(text);
  if (statistics) return `${statistics[1]}${statistics[2]?.split(', ').sort().join(', ')}${statistics[3]}`;
  if (!/^CREATE (UNLOGGED |FOREIGN )?TABLE/.test(text)) return text;
  const lines = text.split('\n').map((line) => line.replace(/,$/, ''));
  return [lines[0], ...lines.slice(1).sort()].join('\n');
}
