import { type Major, startPostgres } from '../support/postgres.ts';
import { chooseKills, type Kill, strikeOf, type Victim, victims } from './kill.ts';
import { scenarios } from './scenario.ts';
import { type Stage, type Struck, startStage } from './stage.ts';
import { surroundings } from './surroundings.ts';

/*
 * npm run test:faults [-- KILLS [MAJOR [WHAT]]]: kills Trueup's process, the server, the session and the network at messages
 * all over runs of every sort, looks whether journal, history, report and catalog agree, and goes on from there; then the
 * surroundings. Prints a table; exit code 1 when a single end is wrong. Two in five kills hit the process, one each the others.
 * WHAT is a victim, a surrounding or a run by its name: only that.
 */
const wanted = Number(process.argv[2] ?? 500);
const major = Number(process.argv[3] ?? 17) as Major;
const what = process.argv[4];
const among = scenarios.filter(({ name }) => name === what);
/** A victim or a surrounding. */
const only = among.length > 0 ? undefined : what;
const workers = 3;
/** Commits are waited for: a crash of the server loses what was not. */
const settings = { synchronous_commit: 'on' };

type Counts = {
  kills: number;
  before: number;
  within: number;
  after: number;
  inDoubt: number;
  survived: number;
  wrong: number;
};

const started = Date.now();
const counts = new Map<string, Counts>();
const chosen = among.length > 0 ? among : scenarios;
for (const { name } of chosen) for (const victim of victims) counts.set(`${name} | ${victim}`, startCounts());
const surrounded: string[] = [];
for (const victim of victims) {
  if (only !== undefined && only !== victim) continue;
  const share = Math.round(wanted * (only !== undefined ? 1 : victim === 'process' ? 0.4 : 0.2));
  await (victim === 'server' ? onServersOfTheirOwn(share) : onOneServer(victim, share));
}
if (what === undefined || what in surroundings) await surround();
print();
for (const line of surrounded) console.log(line);
const isRight = [...counts.values()].every(({ wrong }) => wrong === 0);
process.exitCode = isRight && surrounded.every((line) => !line.includes('wrong')) ? 0 : 1;

/** One after another: some want the whole machine. */
async function surround(): Promise<void> {
  await using server = await startPostgres(major, settings);
  for (const [name, meet] of Object.entries(surroundings)) {
    if (only !== undefined && only !== name) continue;
    const tried = await meet(server);
    for (const fault of tried?.faults ?? []) console.error(`${name}: ${fault}`);
    const verdict =
      tried === null
        ? 'not to be had here'
        : tried.faults.length === 0
          ? `${tried.times} times, as it is to be`
          : 'wrong';
    surrounded.push(`${name}: ${verdict}`);
  }
}

async function onOneServer(victim: Victim, share: number): Promise<void> {
  await using server = await startPostgres(major, settings);
  await using stage = await startStage(server.url, workers + 1);
  const left = (await chooseKills(stage, victim, share, chosen)).values();
  await Promise.all(Array.from({ length: workers }, () => work(stage, left)));
}

/** A server that crashes takes every run on it along. */
async function onServersOfTheirOwn(share: number): Promise<void> {
  let left: IterableIterator<Kill> | undefined;
  const start = async () => {
    await using server = await startPostgres(major, settings);
    await using stage = await startStage(server.url, 2);
    left ??= (await chooseKills(stage, 'server', share, chosen)).values();
    await work(stage, left);
  };
  const first = start();
  while (left === undefined) await new Promise((resolve) => setTimeout(resolve, 100));
  await Promise.all([first, start()]);
}

async function work(stage: Stage, left: Iterable<Kill>): Promise<void> {
  for (const kill of left) {
    const name = `${kill.scenario.name}, ${kill.victim}, message ${kill.message} ${kill.moment}`;
    const late = setTimeout(() => console.error(`${name}: has not come to its end for a minute`), 60_000);
    const struck = await stage.strike(kill.scenario, strikeOf(kill));
    clearTimeout(late);
    note(kill, struck);
    for (const fault of struck.faults) {
      console.error(`${name}: ${fault}`);
    }
  }
}

function note({ scenario, victim }: Kill, { reached, inDoubt, survived, faults }: Struck): void {
  const count = counts.get(`${scenario.name} | ${victim}`) ?? startCounts();
  if (reached !== 'nothing') count.kills += 1;
  if (reached === 'before the run') count.before += 1;
  if (reached === 'within the run') count.within += 1;
  if (reached === 'after the run') count.after += 1;
  count.inDoubt += inDoubt;
  if (survived) count.survived += 1;
  if (faults.length > 0) count.wrong += 1;
}

function startCounts(): Counts {
  return { kills: 0, before: 0, within: 0, after: 0, inDoubt: 0, survived: 0, wrong: 0 };
}

function print(): void {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  const rows = [...counts].map(([name, count]) => [name, ...Object.values(count)]);
  const total = Object.keys(startCounts()).map((_, column) =>
    rows.reduce((sum, row) => sum + Number(row[column + 1]), 0),
  );
  const head = [
    'run',
    'killed',
    'kills',
    'before it was written down',
    'within',
    'after its end',
    'in doubt, looked up',
    'went on by itself',
    'wrong',
  ];
  for (const row of [head, head.map(() => '---'), ...rows, ['all | ', ...total]]) console.log(line(row));
  console.log(`\nPostgreSQL ${major}, ${Math.round((Date.now() - started) / 1000)} s`);
}
