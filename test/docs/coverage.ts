import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ObjectKind, Registry } from '../../src/catalog/kind.ts';
import { readCases } from '../corpus/cases.ts';
import { dumpComponents, dumpTypes } from './dump-types.ts';

/** The kinds that stand in a row of pg_dump's list. */
type Row = (typeof dumpTypes)[number] | (typeof dumpComponents)[number];

/**
 * What of a kind a corpus case must have run for `docs/coverage.md` to say yes: `table create`, `table rename`,
 * `table.options`, `index release`.
 */
export function rulesOf(kind: ObjectKind): readonly string[] {
  const optional = (['rename', 'release', 'completeFolded', 'overrides', 'renamed'] as const).filter(
    (member) => kind[member] !== undefined,
  );
  const always = kind.inDefinition ? [] : ['create', 'drop'];
  return [...[...always, ...optional].map((member) => `${kind.kind} ${member}`), ...changesOf(kind)];
}

/** `docs/coverage.md`. A new kind needs no line here. */
export function coveragePage(registry: Registry): string {
  const kinds = [...registry.values()];
  return `# What is compared

Made from the registry in \`src/kinds/index.ts\` and the cases in \`test/corpus\` by \`npm run docs\`. Every *yes* is
proven: a test fails when a kind has a rule that no case runs, there and back, on a real PostgreSQL.

| kind | seen | created | altered | dropped | renamed | since PostgreSQL |
| --- | --- | --- | --- | --- | --- | --- |
${kinds.map((kind) => `| ${cellsOf(kind).join(' | ')} |`).join('\n')}

- *altered*: \`replaced\` where PostgreSQL has no ALTER for any of its properties: it is dropped and created again, and so is what
  depends on it; \`no properties\` where there is only the name.
- *renamed*: \`replaced\` where PostgreSQL has no RENAME for it. A name that follows from another object's (of a column's comment, a mapping)
  follows that one.
- *in a definition*: that of its parent says all of it but that it is the same under another name.
- Security labels take a provider's module, which no package of PostgreSQL ships. Where there is a C compiler the tests make one that takes
  every label; elsewhere they skip these cases, and read the statements that would run.
- *since*: the oldest server that has it, 14 being the oldest that Trueup works with, and below it what is newer.

## Properties that are compared, besides the name

| kind | properties |
| --- | --- |
${kinds.map((kind) => `| ${kind.kind} | ${changesOf(kind).map(propertyOf).join(', ')} |`).join('\n')}

## Beside pg_dump's list

What pg_dump of PostgreSQL 18 can dump (\`DumpableObjectType\` in its source), and which kinds cover it.

| pg_dump's type | is | covered by |
| --- | --- | --- |
${dumpTypes.map((row) => `| \`${row.type}\` | ${row.words} | ${coveredBy(row, kinds)} |`).join('\n')}

What it dumps along with objects:

| part | covered by |
| --- | --- |
${dumpComponents.map((row) => `| ${row.words} | ${coveredBy(row, kinds)} |`).join('\n')}
${besides(kinds)}
${readFileSync(join(import.meta.dirname, 'not-compared.md'), 'utf8').trim()}
`;
}

/** Kinds whose objects pg_dump would dump as this. */
export function kindsIn(row: Row, kinds: readonly ObjectKind[]): readonly string[] {
  return kinds
    .filter((kind) => {
      const catalog = catalogOf(kind);
      if ('catalog' in row) return catalog === row.catalog && (row.kinds?.test(kind.kind) ?? true);
      return 'kinds' in row && row.kinds?.test(kind.kind) === true;
    })
    .map(({ kind }) => kind);
}

/** Kinds of which pg_dump makes no type. */
function besides(kinds: readonly ObjectKind[]): string {
  const placed = new Set([...dumpTypes, ...dumpComponents].flatMap((row) => kindsIn(row, kinds)));
  const others = kinds.filter(({ kind }) => !placed.has(kind)).map(({ kind }) => kind);
  return others.length === 0 ? '' : `| and besides | ${others.join(', ')} |\n`;
}

/** The system catalog that holds a kind's objects; null for what is said about other objects. */
function catalogOf(kind: ObjectKind): string | null {
  return /^\s*SELECT '(pg_\w+)'::regclass::oid AS classid/.exec(kind.query(180_000))?.[1] ?? null;
}

function coveredBy(row: Row, kinds: readonly ObjectKind[]): string {
  const covering = kindsIn(row, kinds);
  if (covering.length > 0) return covering.join(', ');
  return 'left' in row ? `*left out*: ${row.left}` : '*named as not compared*';
}

function cellsOf(kind: ObjectKind): readonly string[] {
  const rules = Object.values(kind.change).filter((rule) => rule !== 'derived');
  if (kind.inDefinition)
    return [kind.kind, 'yes', ...Array<string>(3).fill('in a definition'), 'yes', sinceOf(kind)];
  const altered = rules.some((rule) => rule !== 'replace') ? 'yes' : 'replaced';
  return [
    kind.kind,
    'yes',
    'yes',
    rules.length === 0 ? 'no properties' : altered,
    'yes',
    kind.rename ? 'yes' : 'replaced',
    sinceOf(kind),
  ];
}

/** From the versions that the kind's corpus cases need. */
function sinceOf({ kind }: ObjectKind): string {
  const prefix = `${kind.replaceAll(' ', '-')}--`;
  const cases = readCases().filter(({ name }) => name.startsWith(prefix));
  const versions = cases.map(({ expect }) => expect.minVersion ?? 14);
  const oldest = Math.min(...versions);
  const newer = cases
    .filter((_, position) => (versions[position] ?? 14) > oldest)
    .map(({ name, expect }) => `${expect.minVersion}: ${name.slice(prefix.length).replaceAll('-', ' ')}`)
    .sort();
  return [oldest, ...newer].join('<br>');
}

function changesOf(kind: ObjectKind): readonly string[] {
  return Object.entries(kind.change).flatMap(([name, rule]) =>
    rule === 'derived' ? [] : [`${kind.kind}.${name}`],
  );
}

function propertyOf(rule: string): string {
  return rule.slice(rule.indexOf('.') + 1);
}
