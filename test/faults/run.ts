import { type Major, startPostgres } from '../support/postgres.ts';
import { chooseKills, type Killed, startKiller } from './kill.ts';
import { type Scenario, scenarios } from './scenario.ts';

/*
 * npm run test:faults [-- KILLS [MAJOR]]: kills runs with SIGKILL at messages all over them, looks whether journal, history and
 * catalog agree, and goes on from there. Prints a table; exit code 1 when a single end is wrong.
 */
const wanted = Number(process.argv[2] ?? 300);
const major = Number(process.argv[3] ?? 17) as Major;
const workers = 3;

type Counts = {
  kills: number;
  before: number;
  within: number;
  after: number;
  inDoubt: number;
  wrong: number;
};

await using server = await startPostgres(major);
await using killer = await startKiller(server.url, workers + 1);
const started = Date.now();
const counts = new Map(scenarios.map(({ name }) => [name, startCounts()]));
const kills = await chooseKills(killer, wanted);
const left = kills.values();
await Promise.all(Array.from({ length: workers }, work));
print();
process.exitCode = [...counts.values()].every(({ wrong }) => wrong === 0) ? 0 : 1;

async function work(): Promise<void> {
  for (const kill of left) {
    const killed = await killer.kill(kill);
    note(kill.scenario, killed);
    for (const fault of killed.faults) {
      console.error(`${kill.scenario.name}, message ${kill.message} ${kill.moment}: ${fault}`);
    }
  }
}

function note({ name }: Scenario, { reached, inDoubt, faults }: Killed): void {
  const count = counts.get(name) ?? startCounts();
  if (reached !== 'nothing') count.kills += 1;
  if (reached === 'before the run') count.before += 1;
  if (reached === 'within the run') count.within += 1;
  if (reached === 'after the run') count.after += 1;
  count.inDoubt += inDoubt;
  if (faults.length > 0) count.wrong += 1;
}

function startCounts(): Counts {
  return { kills: 0, before: 0, within: 0, after: 0, inDoubt: 0, wrong: 0 };
}

function print(): void {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  const rows = [...counts].map(([name, count]) => [name, ...Object.values(count)]);
  const total = Object.keys(startCounts()).map((_, column) =>
    rows.reduce((sum, row) => sum + Number(row[column + 1]), 0),
  );
  const head = [
    'run',
    'kills',
    'before it was written down',
    'within',
    'after its end',
    'in doubt, looked up',
    'wrong',
  ];
  for (const row of [head, head.map(() => '---'), ...rows, ['all', ...total]]) console.log(line(row));
  console.log(`\nPostgreSQL ${major}, ${Math.round((Date.now() - started) / 1000)} s`);
}
