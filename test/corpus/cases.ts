import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { introspect } from '../../src/catalog/introspect.ts';
import type { Registry } from '../../src/catalog/kind.ts';
import type { Session } from '../../src/database/session.ts';
import { clear } from './clear.ts';
import { takeTo } from './prove.ts';

/** A folder of this directory: `<kind>--<case>/{before.sql,after.sql,expect.json}`. */
export type CorpusCase = {
  readonly name: string;
  readonly before: string;
  readonly after: string;
  readonly expect: Expectation;
};

export type ExpectedChange = {
  readonly action: string;
  readonly id: string;
  readonly properties: readonly string[];
};

export type Expectation = {
  /** The oldest major that understands the SQL. */
  readonly minVersion?: number;
  /** `after.sql` runs on top of `before.sql`, and the diff knows that both are one database. */
  readonly continues?: boolean;
  /** From before to after, without the parts of what is created and dropped whole. */
  readonly changes: readonly ExpectedChange[];
  /** A query whose answer is the same before, after and back again: the values that stay. */
  readonly keeps?: string;
  /** `code subject` of every hazard of the statements from before to after. */
  readonly hazards?: readonly string[];
};

/** What cases name and no transaction can create: stand-ins are made first. */
export const tablespaces = ['corpus_fast', 'corpus_slow'].map((name) => ({
  kind: 'tablespace' as const,
  name,
}));

/** Every case, by name. */
export function readCases(): readonly CorpusCase[] {
  return readdirSync(import.meta.dirname, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => {
      const read = (file: string) => readFileSync(join(import.meta.dirname, name, file), 'utf8');
      return {
        name,
        before: read('before.sql'),
        after: read('after.sql'),
        expect: JSON.parse(read('expect.json')) as Expectation,
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Whether no embedded engine can hold what the case is about. */
export function isServersOnly({ name }: CorpusCase, registry: Registry): boolean {
  const [kind = ''] = name.split('--');
  return registry.get(kind.replaceAll('-', ' '))?.serversOnly === true;
}

/**
 * Builds before and after in turn, takes before to after and back again, each time until nothing differs.
 * Returns what was done from before to after.
 */
export async function runCase(
  session: Session,
  { before, after, expect }: CorpusCase,
  registry: Registry,
): Promise<Required<Pick<Expectation, 'changes' | 'hazards'>>> {
  const build = async (...scripts: readonly string[]) => {
    await clear(session);
    for (const script of scripts) await session.exec(script);
    return introspect(session, registry);
  };
  const options = { sameDatabase: expect.continues ?? false };
  let to = await build(...(options.sameDatabase ? [] : [after]));
  let from = await build(before);
  if (options.sameDatabase) {
    // The diff knows one database at two moments; the statements run on another that was made like it.
    await session.exec(after);
    to = await introspect(session, registry);
  }
  const start = options.sameDatabase ? await build(before) : from;
  const kept = async () => (expect.keeps === undefined ? [] : session.query(expect.keeps));
  const values = JSON.stringify(await kept());
  const stay = async () => {
    if (JSON.stringify(await kept()) !== values) throw new Error(`not kept: ${values}`);
  };
  const forward = await takeTo(session, from, to, registry, options);
  await stay();
  from = start;
  await takeTo(session, forward.result, from, registry, options);
  await stay();
  return {
    changes: forward.changes
      .filter(({ within }) => within === null)
      .map(({ action, id, properties }) => ({ action, id, properties: properties.map(({ name }) => name) })),
    hazards: [
      ...new Set(
        forward.statements.flatMap(({ statement }) =>
          statement.hazards.map(({ code, subject }) => `${code} ${subject}`),
        ),
      ),
    ].sort(),
  };
}
