import type { Diagnostic } from '../errors.ts';
import type { Migration } from './migration.ts';
import { maxVersionLength, normalizeVersion } from './version.ts';

/** What a migration's file name says. Version and description as in `Migration`. */
export type MigrationName = Pick<Migration, 'kind' | 'version' | 'description'>;

/** A name is a migration's, or nearly one (an error with the right name in its help), or of another file. */
export type FileName =
  | { readonly type: 'migration'; readonly name: MigrationName }
  | { readonly type: 'near miss'; readonly diagnostic: Diagnostic }
  | { readonly type: 'other' };

/**
 * Reads a file's name (no folders in it); `file` is what messages call it. Every name that ends like SQL or starts
 * like a migration is one or nearly one: a typing error must not leave a migration out. Names that start with a
 * dot belong to editors and tools.
 */
export function parseFileName(name: string, file: string = name): FileName {
  if (name.startsWith('.') || !/\.sql$|^[VRUB][\d.]*__/i.test(name)) return { type: 'other' };
  const [, prefix, digits, words] = /^([VRUB])(\d+(?:\.\d+)*)?__([^\s_]\S*)\.sql$/.exec(name) ?? [];
  const kind = kinds.get(prefix ?? '');
  if (!kind || words === undefined || (kind === 'repeatable') !== (digits === undefined)) {
    return nearMiss(file, name, reasonFor(name), `Rename it to ${suggestName(name)}.`);
  }
  const version = digits === undefined ? null : normalizeVersion(digits);
  if (version !== null && version.length > maxVersionLength) {
    const reason = `A version has at most ${maxVersionLength} characters; this one has ${version.length}.`;
    return nearMiss(
      file,
      name,
      reason,
      'Use a number, a dotted number or a timestamp such as 20260131120000.',
    );
  }
  // Two spellings of one accented letter, by different file systems, are one description.
  const description = words.normalize('NFC').replaceAll('_', ' ').trim();
  return { type: 'migration', name: { kind, version, description } };
}

const kinds: ReadonlyMap<string, Migration['kind']> = new Map([
  ['V', 'versioned'],
  ['R', 'repeatable'],
  ['U', 'undo'],
  ['B', 'baseline'],
] as const);

function nearMiss(file: string, name: string, detail: string, help: string): FileName {
  const diagnostic: Diagnostic = {
    code: 'migration-name',
    severity: 'error',
    position: { file },
    summary: `"${name}" is not a migration's name`,
    detail,
    help,
  };
  return { type: 'near miss', diagnostic };
}

/** The first rule that a name breaks, from its start to its end. */
function reasonFor(name: string): string {
  const rules: readonly (readonly [RegExp, string])[] = [
    [/\s/, 'A name holds no spaces.'],
    [/^[vrub](?=[\d_])/, 'The prefix is an upper-case letter: V, R, U or B.'],
    [/^(?![VRUB](?=[\d_.-]|$))/i, 'A name starts with V, U or B and a version, or with R.'],
    [/(?<!\.sql)$/, 'The file ends with .sql, in lower case.'],
    [/^R[^_]/, 'A repeatable migration has no version.'],
    [/^[VUB][^\d]/, 'The version is missing.'],
    [/^[VUB]\d+[_-]\d+(?:[_-]\d+)*__/, 'The parts of a version are separated by dots.'],
    [/^[VUBR][\d.]*_*\.sql$/, 'The description is missing.'],
    [/^(?![^_]*__)/, 'Two underscores stand between version and description.'],
    [/^[^_]*___/, 'Exactly two underscores stand between version and description.'],
  ];
  const reason = rules.find(([pattern]) => pattern.test(name))?.[1];
  return reason ?? 'Expected V<version>__<description>.sql, R__<description>.sql, U… or B….';
}

/** The name that was most likely meant, with `<version>` or `<description>` where there is nothing to go by. */
function suggestName(name: string): string {
  const stem = name.replace(/\.[^.\d]*sql[^.]*(?:\.[^.]*)?$/i, '').trim();
  const direction = /\.(up|down)$/i.exec(stem)?.[1]?.toLowerCase();
  const [, letter, digits, rest = ''] =
    /^(?:([VRUB])(?=[\s_.\-\d]|$))?[\s_.-]*(\d+(?:[._-]\d+)*)?[\s_.-]*(.*)$/i.exec(
      direction ? stem.slice(0, -direction.length - 1) : stem,
    ) ?? [];
  const description =
    rest
      .trim()
      .replace(/[\s_]+/g, '_')
      .replace(/_+$/, '') || '<description>';
  const prefix = letter?.toUpperCase() ?? (direction === 'down' ? 'U' : 'V');
  if (prefix === 'R') return `R__${description}.sql`;
  const version = digits?.replace(/[_-]/g, '.') ?? '<version>';
  const named = `${prefix}${version}__${description}.sql`;
  return letter || digits ? named : `${named}, or to R__${description}.sql when it is repeatable`;
}
