import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { introspect } from '../../src/catalog/introspect.ts';
import type { Catalog, CatalogObject } from '../../src/catalog/kind.ts';
import { openServer } from '../../src/database/server.ts';
import type { Session } from '../../src/database/session.ts';
import { TrueupError } from '../../src/errors.ts';
import { registry } from '../../src/kinds/index.ts';
import { filesOf, isGenerated, isRollback, type Scenario, setup } from './scenario.ts';
import { faultsAfterKill, faultsAtEnd, faultsOfReport, findState, type Told } from './verdict.ts';

/** What a runner is told. */
export type Task = {
  readonly url: string;
  readonly folder: string;
  readonly hazards: NonNullable<Scenario['lost']>;
  readonly rollsBack: boolean;
  /** What a rollback by generated statements goes from and to; null: it is none. */
  readonly generates: Moments | null;
  /** Where backups are written as files; null: into tables. */
  readonly directory: string | null;
};

/** A catalog as a message can hold it. */
type Sent = Omit<Catalog, 'objects' | 'dependencies' | 'kept'> & {
  readonly objects: readonly (readonly [string, CatalogObject])[];
  readonly dependencies: readonly (readonly [string, readonly string[]])[];
};
type Moments = { readonly before: Sent; readonly after: Sent };

/** Runs a task and strikes it meanwhile: whether that came about, and the report of a run that lived to tell. */
export type Strike = (
  runner: ChildProcess,
  task: Task,
) => Promise<{ readonly isHit: boolean; readonly told: Told | null }>;

/** What became of a run that was struck. */
export type Struck = {
  /** `nothing`: the run had ended before. */
  readonly reached: 'nothing' | 'before the run' | 'within the run' | 'after the run';
  /** Statements outside a transaction that the journal had as running: their fate was looked up. */
  readonly inDoubt: number;
  /** The run went on by itself to its end. */
  readonly survived: boolean;
  /** What is wrong, in words. */
  readonly faults: readonly string[];
};

/** Databases and processes for runs on one server. */
export type Stage = {
  /** Strikes one run, judges what it left, goes on from there in another process, and judges the end. */
  strike(scenario: Scenario, strike: Strike): Promise<Struck>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** A busy machine is no fault. */
const patient = { connectTimeoutMs: 120_000 };

/** `ahead` processes stand ready, so that nobody waits for one to start. `url` is a superuser's; databases lie in `tablespace`. */
export async function startStage(url: string, ahead: number, tablespace = 'pg_default'): Promise<Stage> {
  const administer = async (sql: string) => {
    await using session = await openOnceUp(url);
    await session.exec(sql);
  };
  const base = `faults_${randomBytes(6).toString('hex')}`;
  const templates = new Map<Scenario, Promise<Template>>();
  const waiting = Array.from({ length: ahead }, startRunner);
  let count = 0;
  const makeTemplate = async (scenario: Scenario): Promise<Template> => {
    const name = `${base}_t${templates.size}`;
    await administer(`CREATE DATABASE ${name} TEMPLATE template0 TABLESPACE ${tablespace}`);
    const generates = Object.keys(scenario.scripts).some(isGenerated);
    const read = async () => {
      await using session = await openServer(urlOf(url, name));
      return generates ? send(await introspect(session, registry)) : null;
    };
    {
      await using session = await openServer(urlOf(url, name));
      await session.exec(setup);
    }
    const after = await read();
    if (isRollback(scenario)) {
      const { scripts, ...applied } = scenario;
      const runner = waiting.shift() ?? startRunner();
      await inFolder({ ...applied, scripts: {} }, (folder) =>
        runToEnd(runner, {
          url: urlOf(url, name),
          folder,
          hazards: generates ? (scenario.lost ?? []) : [],
          rollsBack: false,
          generates: null,
          directory: null,
        }),
      );
      waiting.push(runner);
    }
    const before = await read();
    return { name, generates: before && after ? { before, after } : null };
  };
  return {
    strike: async (scenario, strike) => {
      count += 1;
      const template = templates.get(scenario) ?? makeTemplate(scenario);
      templates.set(scenario, template);
      const name = `${base}_${count}`;
      await administer(`CREATE DATABASE ${name} TEMPLATE ${(await template).name} TABLESPACE ${tablespace}`);
      try {
        return await inFolder(scenario, async (folder) => {
          const task = {
            url: urlOf(url, name),
            folder,
            hazards: scenario.lost ?? [],
            rollsBack: isRollback(scenario),
            generates: (await template).generates,
            directory: scenario.savesIntoFiles ? join(folder, 'saved') : null,
          };
          const runner = waiting.shift() ?? startRunner();
          const { isHit, told } = await strike(runner, task);
          waiting.push(runner.signalCode === null ? runner : startRunner());
          await using judge = await openOnceUp(task.url);
          await untilGone(judge);
          const state = await findState(judge, scenario);
          const faults = await faultsAfterKill(judge, scenario, state, task.directory);
          if (told) faults.push(...faultsOfReport(scenario, state, told));
          const next = waiting.shift() ?? startRunner();
          const report = await runToEnd(next, task);
          // What has run to its end is the next to be killed.
          if (report) waiting.unshift(next);
          faults.push(...(await faultsAtEnd(judge, scenario, state, report, task.directory)));
          const before = state.outcome === null ? 'before the run' : 'within the run';
          const survived = told?.outcome === 'success';
          const isAfter = state.outcome === 'success' && !survived;
          return {
            reached: !isHit ? 'nothing' : isAfter ? 'after the run' : before,
            inDoubt: state.inDoubt,
            survived,
            faults,
          };
        });
      } finally {
        await administer(`DROP DATABASE ${name} WITH (FORCE)`);
      }
    },
    [Symbol.asyncDispose]: async () => {
      for (const runner of waiting) runner.kill('SIGKILL');
      for (const template of templates.values())
        await administer(`DROP DATABASE ${(await template).name} WITH (FORCE)`);
    },
  };
}

/** A database that runs begin from. */
type Template = { readonly name: string; readonly generates: Moments | null };

function send({ kept: _, ...catalog }: Catalog): Sent {
  return {
    ...catalog,
    objects: [...catalog.objects],
    dependencies: [...catalog.dependencies].map(([id, needs]) => [id, [...needs]]),
  };
}

/** Starts a process that waits for tasks. */
function startRunner(): ChildProcess {
  return fork(join(import.meta.dirname, 'runner.mjs'));
}

async function inFolder<T>(scenario: Scenario, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'trueup-faults-'));
  try {
    for (const [name, text] of filesOf(scenario)) await writeFile(join(folder, name), text);
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The report; null when the process ended without one. */
export async function runToEnd(runner: ChildProcess, task: Task): Promise<Told | null> {
  const ended = new AbortController();
  const { signal } = ended;
  try {
    const reported = once(runner, 'message', { signal }).then(([report]) => report as Told);
    const closed = once(runner, 'close', { signal }).then(() => null);
    runner.send(task);
    return await Promise.race([reported, closed]);
  } finally {
    ended.abort();
  }
}

/** After a crash the server recovers first. */
async function openOnceUp(url: string): Promise<Session> {
  for (;;) {
    try {
      return await openServer(url, { ...patient, applicationName: 'judge' });
    } catch (error) {
      const isStarting =
        error instanceof TrueupError && error.diagnostics.some(({ code }) => code === '57P03');
      if (!isStarting) throw error;
      await delay(20);
    }
  }
}

/** A server notices that a client is gone when it next listens to it. */
async function untilGone(session: Session): Promise<void> {
  for (;;) {
    const left = await session.query(
      `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'trueup'`,
    );
    if (left.length === 0) return;
  }
}

function urlOf(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}
