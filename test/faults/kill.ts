import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RunReport } from '../../src/apply/event.ts';
import { openServer } from '../../src/database/server.ts';
import type { Session } from '../../src/database/session.ts';
import { startProxy } from '../support/proxy.ts';
import { type Scenario, scenarios, setup, textOf } from './scenario.ts';
import { faultsAfterKill, faultsAtEnd, findState } from './verdict.ts';

/** When the process is killed: with its message held back, right after it was sent, or somewhat later. */
export const moments = ['held back', 'sent', 'later'] as const;
export type Moment = (typeof moments)[number];

/** What became of one kill. */
export type Killed = {
  /** `nothing`: the run had ended before that message. */
  readonly reached: 'nothing' | 'before the run' | 'within the run' | 'after the run';
  /** Messages up to the kill, or all of them. */
  readonly messages: number;
  /** Statements outside a transaction that the journal had as running: their fate was looked up. */
  readonly inDoubt: number;
  /** What is wrong, in words. */
  readonly faults: readonly string[];
};

/** Where to kill: at the message of that number, from 1, by which the client hands the turn to the server. */
export type Kill = { readonly scenario: Scenario; readonly message: number; readonly moment: Moment };

/** Kills runs on one server. */
export type Killer = {
  kill(kill: Kill): Promise<Killed>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** `ahead` processes stand ready, so that a kill does not wait for one to start. `url` is a superuser's. */
export async function startKiller(url: string, ahead: number): Promise<Killer> {
  const administer = async (sql: string) => {
    await using session = await openServer(url);
    await session.exec(sql);
  };
  const template = `faults_${randomBytes(6).toString('hex')}`;
  await administer(`CREATE DATABASE ${template} TEMPLATE template0`);
  {
    await using session = await openServer(urlOf(url, template));
    await session.exec(setup);
  }
  const waiting = Array.from({ length: ahead }, startRunner);
  let count = 0;
  return {
    kill: async (kill) => {
      const { scenario } = kill;
      count += 1;
      const name = `${template}_${count}`;
      const folder = await mkdtemp(join(tmpdir(), 'trueup-faults-'));
      for (const [version, statements] of Object.entries(scenario.migrations)) {
        await writeFile(join(folder, `${version}__m.sql`), textOf(statements));
      }
      await administer(`CREATE DATABASE ${name} TEMPLATE ${template}`);
      try {
        await using session = await openServer(urlOf(url, name), { applicationName: 'judge' });
        const victim = waiting.shift() ?? startRunner();
        const { isKilled, messages } = await killOne(victim, urlOf(url, name), folder, kill);
        waiting.push(isKilled ? startRunner() : victim);
        await untilGone(session);
        const state = await findState(session);
        const faults = await faultsAfterKill(session, scenario, state);
        const runner = waiting.shift() ?? startRunner();
        const report = await runToEnd(runner, urlOf(url, name), folder);
        // What has run to its end is the next to be killed.
        if (report) waiting.unshift(runner);
        faults.push(...(await faultsAtEnd(session, scenario, state, report)));
        const before = state.outcome === null ? 'before the run' : 'within the run';
        return {
          reached: !isKilled ? 'nothing' : state.outcome === 'success' ? 'after the run' : before,
          messages,
          inDoubt: state.inDoubt,
          faults,
        };
      } finally {
        await administer(`DROP DATABASE ${name} WITH (FORCE)`);
        await rm(folder, { recursive: true, force: true });
      }
    },
    [Symbol.asyncDispose]: async () => {
      for (const runner of waiting) runner.kill('SIGKILL');
      await administer(`DROP DATABASE ${template} WITH (FORCE)`);
    },
  };
}

/** As many kills as wanted, spread evenly over all messages of all scenarios at all moments. */
export async function chooseKills(killer: Killer, wanted: number): Promise<readonly Kill[]> {
  const all: Kill[] = [];
  for (const scenario of scenarios) {
    const { messages } = await killer.kill({ scenario, message: Number.POSITIVE_INFINITY, moment: 'sent' });
    for (let message = 1; message <= messages; message += 1) {
      for (const moment of moments) all.push({ scenario, message, moment });
    }
  }
  return Array.from(
    { length: wanted },
    (_, n) => all[Math.floor((n * all.length) / wanted) % all.length],
  ).filter((kill) => kill !== undefined);
}

function startRunner(): ChildProcess {
  return fork(join(import.meta.dirname, 'runner.mjs'));
}

async function killOne(
  runner: ChildProcess,
  url: string,
  folder: string,
  { message: wanted, moment }: Kill,
): Promise<{ readonly isKilled: boolean; readonly messages: number }> {
  let seen = 0;
  let isKilled = false;
  await using proxy = await startProxy(url, (message) => {
    if (isKilled) return moment === 'later';
    const isTurn = 'QS'.includes(message.toString('latin1', 0, 1));
    // Before it makes its tables a run only reads.
    if (isTurn && (seen > 0 || message.includes('CREATE SCHEMA'))) seen += 1;
    if (!isTurn || seen < wanted) return true;
    isKilled = true;
    if (moment === 'later') void delay(Math.random() * 30).then(() => runner.kill('SIGKILL'));
    else runner.kill('SIGKILL');
    return moment !== 'held back';
  });
  await runToEnd(runner, proxy.url, folder);
  // The run may have come to its end between the message and the signal.
  if (isKilled && runner.signalCode === null) {
    runner.kill('SIGKILL');
    await once(runner, 'close');
  }
  return { isKilled, messages: seen };
}

/** The report; null when the process ended without one. */
async function runToEnd(runner: ChildProcess, url: string, folder: string): Promise<RunReport | null> {
  const ended = new AbortController();
  const { signal } = ended;
  try {
    const reported = once(runner, 'message', { signal }).then(([report]) => report as RunReport);
    const closed = once(runner, 'close', { signal }).then(() => null);
    runner.send({ url, folder });
    return await Promise.race([reported, closed]);
  } finally {
    ended.abort();
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
