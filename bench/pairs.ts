import { run as runMigra } from '@pgkit/migra';
import { readEmptyRelations } from '../src/catalog/empty.ts';
import { diff } from '../src/diff/diff.ts';
import { registry } from '../src/kinds/index.ts';
import { orderChanges } from '../src/plan/order.ts';
import { generatedStep } from '../src/plan/steps.ts';
import { renderTable } from '../src/render/table.ts';
import { runSteps } from '../src/replay/run-steps.ts';
import { type Made, openCells } from '../test/support/cell.ts';
import { dumpMajor, dumpSchema } from '../test/support/dump.ts';
import { readPairs } from '../test/support/pairs.ts';
import { type Major, startPostgres } from '../test/support/postgres.ts';

/** Brings a database to what another one is. Throws when it cannot. */
type Tool = (live: Made, goal: Made) => Promise<void>;

const tools: Readonly<Record<string, Tool>> = {
  trueup: async ({ session, catalog }, goal) => {
    const empty = await readEmptyRelations(session, catalog);
    const online = { choice: 'auto' as const, serverVersion: session.serverVersion, empty };
    const changes = diff(catalog, goal.catalog, registry);
    const { statements, refused } = orderChanges(catalog, goal.catalog, registry, changes, online);
    if (refused[0]) throw new Error(refused[0].summary);
    await runSteps(session, [generatedStep('repair', 'pair', statements)]);
  },
  '@pgkit/migra': async (live, goal) => {
    const { sql } = await runMigra(live.url, goal.url, { unsafe: true, createExtensionsOnly: false });
    await live.session.exec(sql);
  },
};

/** Comments, owners and privileges aside: a tool may leave them to others. */
const structure = ['--no-comments', '--no-owner', '--no-privileges'];

type Score = { right: number; structure: number; wrong: number; failed: number };

/**
 * How many of the pairs of other tools' acceptance suites each tool gets right, there and back, on tables without
 * rows: right is when `pg_dump -s` tells the result from the goal in nothing but the order of columns.
 */
export async function scorePairs(step: number): Promise<string> {
  const pairs = readPairs(step);
  if (dumpMajor === null || pairs.length === 0)
    return 'The pairs were skipped: they need pg_dump and ../shared/pairs.';
  const major = Math.min(dumpMajor, 18) as Major;
  await using server = await startPostgres(major, {}, 'disk');
  await using cells = await openCells(server.url);
  const scores = new Map(Object.keys(tools).map((name) => [name, newScore()]));
  let directions = 0;
  for (const { a, b } of pairs) {
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      let isPossible = false;
      for (const [name, tool] of Object.entries(tools)) {
        await cells.clear();
        const goal = await cells.make('goal', to);
        const live = goal && (await cells.make('live', from));
        if (!goal || !live) continue;
        isPossible = true;
        const score = scores.get(name) ?? newScore();
        score[await judge(tool, live, goal)] += 1;
      }
      if (isPossible) directions += 1;
    }
  }
  const rows = [...scores].map(([name, { right, structure, wrong, failed }]) => [
    name,
    String(directions),
    String(right),
    String(structure),
    String(wrong),
    String(failed),
  ]);
  const head = [
    'tool',
    `directions, PostgreSQL ${major}`,
    'right',
    'right but for comments, owners, privileges',
    'wrong',
    'failed',
  ];
  return renderTable(head, rows).join('\n');
}

function newScore(): Score {
  return { right: 0, structure: 0, wrong: 0, failed: 0 };
}

async function judge(tool: Tool, live: Made, goal: Made): Promise<keyof Score> {
  try {
    await tool(live, goal);
  } catch {
    return 'failed';
  }
  const isSame = async (options: readonly string[]) =>
    JSON.stringify(await dumpSchema(live.url, options)) ===
    JSON.stringify(await dumpSchema(goal.url, options));
  if (await isSame([])) return 'right';
  return (await isSame(structure)) ? 'structure' : 'wrong';
}
