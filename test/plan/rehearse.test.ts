import { expect, test } from 'vitest';
import { introspect } from '../../src/catalog/introspect.ts';
import { openEmbedded } from '../../src/database/embedded.ts';
import type { Session } from '../../src/database/session.ts';
import { registry } from '../../src/kinds/index.ts';
import type { Step } from '../../src/plan/plan.ts';
import { buildCopy, type RunSteps, rehearse } from '../../src/plan/rehearse.ts';
import { runSteps } from '../../src/replay/run-steps.ts';

function step(...statements: readonly string[]): Step {
  return {
    kind: 'migration',
    title: 'V2__it.sql',
    migration: null,
    statements: statements.map((sql) => ({
      sql,
      hazards: [],
      transaction: 'inside',
      object: null,
      position: null,
    })),
  };
}

async function catalogOf(sql: string) {
  await using session = await openEmbedded({ extensions: [] });
  await session.exec(sql);
  return await introspect(session, registry);
}

async function rehearseOn(
  live: string,
  target: string,
  steps: readonly Step[],
  left: readonly string[] = [],
) {
  await using engine: Session = await openEmbedded({ extensions: [] });
  const empty = await introspect(engine, registry);
  const run: RunSteps = (session, toRun) => runSteps(session, toRun);
  return await rehearse({
    copy: await buildCopy({ engine, empty, live: await catalogOf(live), registry, run }),
    target: await catalogOf(target),
    steps,
    left: new Set(left),
    registry,
    run,
    nowMs: () => 0,
  });
}

const before = 'CREATE TABLE t (id int PRIMARY KEY);';
const after = 'CREATE TABLE t (id int PRIMARY KEY, note text); CREATE INDEX t_note ON t (note);';

test('a plan that leads to target is proven', async () => {
  const { rehearsal, remainder } = await rehearseOn(before, after, [
    step('ALTER TABLE t ADD COLUMN note text', 'CREATE INDEX t_note ON t (note)'),
  ]);
  expect(rehearsal).toMatchObject({ outcome: 'proven' });
  expect(remainder).toBeNull();
});

test('what a plan leaves undone is generated, named a remainder and proven', async () => {
  const { rehearsal, remainder } = await rehearseOn(before, after, [
    step('ALTER TABLE t ADD COLUMN note text'),
  ]);
  expect(rehearsal).toMatchObject({ outcome: 'proven' });
  expect(remainder).toMatchObject({ kind: 'remainder', title: 'remainder against target' });
  expect(remainder?.statements.map(({ object }) => object)).toEqual(['index:public.t_note']);
});

test('what was decided to stay is no difference', async () => {
  const { rehearsal, remainder } = await rehearseOn(
    `${before} CREATE TABLE by_hand (id int);`,
    after,
    [step('ALTER TABLE t ADD COLUMN note text', 'CREATE INDEX t_note ON t (note)')],
    ['table:public.by_hand'],
  );
  expect(rehearsal).toMatchObject({ outcome: 'proven' });
  expect(remainder).toBeNull();
});

test('a plan that fails proves nothing, and says where', async () => {
  const { rehearsal } = await rehearseOn(before, after, [step('ALTER TABLE missing ADD COLUMN note text')]);
  expect(rehearsal).toMatchObject({
    outcome: 'failed',
    diagnostic: { code: '42P01', summary: expect.stringContaining('relation "missing" does not exist') },
  });
});
