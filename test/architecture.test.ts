import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';
import { describe, expect, test } from 'vitest';
import { registry } from '../src/kinds/index.ts';

type Import = {
  /** A path below src (`plan/plan.ts`) when it is ours, else the package or `node:` module as written. */
  readonly target: string;
  readonly ours: boolean;
  readonly typeOnly: boolean;
};

type SourceFile = {
  /** Below src, with forward slashes. */
  readonly path: string;
  /** Without comments that stand on lines of their own. */
  readonly code: string;
  readonly lineCount: number;
  readonly imports: readonly Import[];
};

type Rule = {
  readonly name: string;
  /** What in the file breaks the rule; empty when nothing does. */
  check(file: SourceFile): readonly string[];
  /** A path and a text that break it: a rule that finds nothing there would find nothing anywhere. */
  readonly broken: readonly [path: string, text: string];
};

const packageOwners: Readonly<Record<string, string>> = {
  pg: 'database/server.ts',
  'pg-copy-streams': 'database/server-copy.ts',
  '@electric-sql/pglite': 'database/embedded.ts',
  'libpg-query': 'migrations/statements.ts',
  diff: 'diff/text.ts',
  ink: 'review/',
  react: 'review/',
};

const kindNames = [...registry.keys()];

const rules: readonly Rule[] = [
  {
    name: 'errors and catalog/object import nothing of ours',
    check: (file) => (isOneOf(file, 'errors.ts', 'catalog/object.ts') ? ownImports(file) : []),
    broken: ['errors.ts', `import { formatId } from './catalog/object.ts';`],
  },
  {
    name: 'a kind imports the contract, its own parts, what PostgreSQL says of options, names, types, labels and privileges, hazards and quoting, and no other kind',
    check: (file) => {
      const allowed = [
        'catalog/object.ts',
        'catalog/kind.ts',
        'catalog/release.ts',
        'database/foreign-options.ts',
        'database/acl.ts',
        'database/acl-query.ts',
        'database/domain-use.ts',
        'database/generated-names.ts',
        'database/index-definition.ts',
        'database/index-partitions.ts',
        'database/parents.ts',
        'database/row-conversion.ts',
        'database/security-labels.ts',
        'database/table-elements.ts',
        'database/type-conversion.ts',
        'plan/hazards.ts',
        'database/sql.ts',
      ];
      if (!isIn(file, 'kinds/') || file.path === 'kinds/index.ts') return [];
      // A kind of several files has a folder of its own.
      const folder = file.path.split('/').length > 2 ? `${dirname(file.path)}/` : null;
      return ownImports(file).filter(
        (target) => !allowed.includes(target) && !(folder !== null && target.startsWith(folder)),
      );
    },
    broken: ['kinds/view.ts', `import { table } from './table.ts';`],
  },
  {
    name: 'diff, plan and catalog do not import the kinds: the registry is an argument',
    check: (file) =>
      isIn(file, 'diff/', 'plan/', 'catalog/')
        ? ownImports(file).filter((target) => target.startsWith('kinds/'))
        : [],
    broken: ['diff/diff.ts', `import { registry } from '../kinds/index.ts';`],
  },
  {
    name: "no kind's name stands in diff, plan and catalog",
    check: (file) =>
      isIn(file, 'diff/', 'plan/', 'catalog/') ? kindNames.filter((kind) => names(file, kind)) : [],
    broken: ['diff/diff.ts', `export const isTable = (kind: string) => kind === 'table';`],
  },
  {
    name: 'diff, plan, render and review/state read no clock, chance, environment or file',
    check: (file) => {
      if (!isPure(file)) return [];
      const clock =
        /\bDate\.now\b|\bnew Date\(\)|\bperformance\.now\b|\bMath\.random\b|\bprocess\.\w+|\bglobalThis\b/g;
      return [...targets(file).filter((target) => target.startsWith('node:')), ...matches(file, clock)];
    },
    broken: ['plan/order.ts', 'export const now = () => Date.now();'],
  },
  {
    name: 'diff, plan, render and review/state reach no database',
    check: (file) => {
      if (!isPure(file)) return [];
      const impure =
        /^(database\/(?!(?:sql|type-conversion|row-conversion)\.ts)|replay\/|apply\/|commands\/|config\/|catalog\/introspect\.ts)/;
      const isImpure = ({ ours, typeOnly, target }: Import) =>
        ours && impure.test(target) && !(typeOnly && !target.startsWith('database/'));
      return file.imports.filter(isImpure).map(({ target }) => target);
    },
    broken: ['render/text.ts', `import type { Session } from '../database/session.ts';`],
  },
  {
    name: 'review imports neither database nor apply, but for the type of its events',
    check: (file) => {
      if (!isIn(file, 'review/')) return [];
      const isForbidden = ({ target, typeOnly }: Import) =>
        /^(database|apply)\//.test(target) && !(target === 'apply/event.ts' && typeOnly);
      return file.imports.filter(isForbidden).map(({ target }) => target);
    },
    broken: ['review/app.tsx', `import { apply } from '../apply/apply.ts';`],
  },
  {
    name: 'only cli and index import commands',
    check: (file) =>
      isIn(file, 'commands/') || isOneOf(file, 'cli.ts', 'index.ts')
        ? []
        : ownImports(file).filter((target) => target.startsWith('commands/')),
    broken: ['render/text.ts', `import { status } from '../commands/status.ts';`],
  },
  {
    name: 'a package is imported by its one owner, its types by the files beside it',
    check: (file) =>
      file.imports
        .filter(({ ours, target, typeOnly }) => {
          const owned = Object.entries(packageOwners).find(
            ([name]) => target === name || target.startsWith(`${name}/`),
          );
          if (ours || owned === undefined) return false;
          const [, owner] = owned;
          return !file.path.startsWith(typeOnly ? owner.slice(0, owner.indexOf('/') + 1) : owner);
        })
        .map(({ target }) => target),
    broken: ['replay/replay.ts', `const { PGlite } = await import('@electric-sql/pglite');`],
  },
  {
    name: 'only cli sets the exit code',
    check: (file) => (file.path === 'cli.ts' ? [] : matches(file, /\bprocess\.(?:exit|exitCode|abort)\b/g)),
    broken: ['commands/drift.ts', 'process.exitCode = 2;'],
  },
  {
    name: 'only cli, commands and review/runtime read the environment',
    check: (file) =>
      isIn(file, 'commands/') || isOneOf(file, 'cli.ts', 'review/runtime.ts')
        ? []
        : [
            ...matches(file, /\bprocess\.env\b/g),
            ...targets(file).filter((target) => ['node:process', 'process'].includes(target)),
          ],
    broken: ['config/load.ts', 'export const url = process.env.DATABASE_URL;'],
  },
  {
    name: 'only cli and commands print',
    check: (file) =>
      isIn(file, 'commands/') || file.path === 'cli.ts'
        ? []
        : matches(file, /\bconsole\.\w+|\bprocess\.std(?:out|err)\.write\b/g),
    broken: ['replay/replay.ts', `console.log('replaying');`],
  },
  {
    name: 'exports are named',
    check: (file) => matches(file, /^export default\b/gm),
    broken: ['render/json.ts', 'export default function render() {}'],
  },
  {
    name: 'a file has at most 300 lines',
    check: (file) => (file.lineCount <= 300 ? [] : [`${file.lineCount} lines`]),
    broken: ['plan/order.ts', '\n'.repeat(301)],
  },
];

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path))
  .map((path) => readSource(path.split(sep).join('/'), readFileSync(join('src', path), 'utf8')));

describe.each(rules)('$name', (rule) => {
  test('in every source file', () => {
    const found = files.flatMap((file) => rule.check(file).map((what) => `src/${file.path}: ${what}`));
    expect(found).toEqual([]);
  });

  test('and a file that breaks it is found', () => {
    expect(rule.check(readSource(...rule.broken))).not.toEqual([]);
  });
});

test.each([
  [`import type { A } from './a.ts';`, 'plan/a.ts', true],
  [`import { type A } from './a.ts';`, 'plan/a.ts', true],
  [`import { type A, b } from './a.ts';`, 'plan/a.ts', false],
  [`import {\n  a,\n  b,\n} from '../diff/a.ts';`, 'diff/a.ts', false],
  [`import * as a from './a.ts';`, 'plan/a.ts', false],
  [`import './a.ts';`, 'plan/a.ts', false],
  [`export { a } from './a.ts';`, 'plan/a.ts', false],
  [`export * from './a.ts';`, 'plan/a.ts', false],
  [`const a = await import('./a.ts');`, 'plan/a.ts', false],
])('reads what %j imports', (text, target, typeOnly) => {
  expect(readSource('plan/plan.ts', text).imports).toEqual([{ target, typeOnly, ours: true }]);
});

function readSource(path: string, text: string): SourceFile {
  const code = text
    .split('\n')
    .filter((line) => !/^\s*(\/\/|\/\*|\*)/.test(line))
    .join('\n');
  return { path, code, lineCount: text.split('\n').length - 1, imports: readImports(path, code) };
}

function readImports(path: string, code: string): Import[] {
  const statements = /^(?:import|export)\s+(?:(type\s)?([\w\s{},*$]*?)\s*from\s*)?['"]([^'"\n]+)['"]/gm;
  const calls = /\bimport\(\s*['"]([^'"\n]+)['"]/g;
  return [
    ...[...code.matchAll(statements)].map(([, type, names = '', specifier = '']) =>
      locate(path, specifier, type !== undefined || bringsOnlyTypes(names)),
    ),
    ...[...code.matchAll(calls)].map(([, specifier = '']) => locate(path, specifier, false)),
  ];
}

/** `{ type A, type B }`. */
function bringsOnlyTypes(names: string): boolean {
  const list = /^\{(.*)\}$/s.exec(names.trim())?.[1]?.split(',') ?? [];
  const named = list.map((name) => name.trim()).filter((name) => name !== '');
  return named.length > 0 && named.every((name) => name.startsWith('type '));
}

function locate(path: string, specifier: string, typeOnly: boolean): Import {
  if (!specifier.startsWith('.')) return { target: specifier, ours: false, typeOnly };
  const target = normalize(join(dirname(path), specifier))
    .split(sep)
    .join('/');
  return { target, ours: true, typeOnly };
}

function isOneOf(file: SourceFile, ...paths: string[]): boolean {
  return paths.includes(file.path);
}

function isIn(file: SourceFile, ...folders: string[]): boolean {
  return folders.some((folder) => file.path.startsWith(folder));
}

function isPure(file: SourceFile): boolean {
  const pure = isIn(file, 'diff/', 'plan/', 'render/') || file.path === 'review/state.ts';
  return pure && file.path !== 'plan/rehearse.ts';
}

function targets(file: SourceFile): string[] {
  return file.imports.map(({ target }) => target);
}

function ownImports(file: SourceFile): string[] {
  return file.imports.filter(({ ours }) => ours).map(({ target }) => target);
}

/** `typeof rule === 'function'` names JavaScript's function, not PostgreSQL's. */
function names(file: SourceFile, kind: string): boolean {
  const code = file.code.replaceAll(/\btypeof [\w.]+ [!=]== '\w+'/g, '');
  return ["'", '"', '`'].some((quote) => code.includes(quote + kind + quote));
}

function matches(file: SourceFile, pattern: RegExp): string[] {
  return [...file.code.matchAll(pattern)].map(([text]) => text);
}
