import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { type Cut, cuts, startProxy } from '../support/proxy.ts';
import { type Scenario, scenarios } from './scenario.ts';
import { runToEnd, type Stage, type Strike } from './stage.ts';

/** When the kill comes: with a message held back, right after it was sent, or somewhat later. */
const moments = ['held back', 'sent', 'later'] as const;

/**
 * What is killed: Trueup's process; the server's process that serves it, upon which the whole server recovers from a crash;
 * its session alone, as pg_terminate_backend does; or its connection, at a COMMIT.
 */
export const victims = ['process', 'server', 'session', 'network'] as const;
export type Victim = (typeof victims)[number];

/** Where to kill: at the message of that number, from 1, by which the client hands the turn to the server, or at that COMMIT. */
export type Kill = {
  readonly scenario: Scenario;
  readonly victim: Victim;
  readonly message: number;
  readonly moment: (typeof moments)[number] | Cut;
};

/** As many kills of a victim as wanted, spread evenly over all messages of all scenarios at all moments. */
export async function chooseKills(
  stage: Stage,
  victim: Victim,
  wanted: number,
  among: readonly Scenario[] = scenarios,
): Promise<readonly Kill[]> {
  const all: Kill[] = [];
  for (const scenario of among) {
    let messages = 0;
    const kill: Kill = { scenario, victim, message: Number.POSITIVE_INFINITY, moment: 'sent' };
    await stage.strike(
      scenario,
      strikeOf(kill, (count) => (messages = count)),
    );
    for (let message = 1; message <= messages; message += 1) {
      for (const moment of victim === 'network' ? cuts : moments) {
        all.push({ scenario, victim, message, moment });
      }
    }
  }
  return Array.from(
    { length: wanted },
    (_, n) => all[Math.floor((n * all.length) / wanted) % all.length],
  ).filter((kill) => kill !== undefined);
}

/** How to kill. `onEnd` hears how many messages there were, up to the kill or in all. */
export function strikeOf(
  { message: wanted, moment, victim }: Kill,
  onEnd: (messages: number) => void = () => undefined,
): Strike {
  return async (runner, task) => {
    let seen = 0;
    let isHit = false;
    let hasBegun = false;
    let striking: Promise<void> | undefined;
    await using proxy = await startProxy(task.url, (message, backendPid) => {
      const strike = () => {
        if (victim === 'process') runner.kill('SIGKILL');
        else if (victim === 'network') proxy.arm(cuts.find((cut) => cut === moment) ?? 'after the query');
        else strikeBackend(backendPid, victim === 'server' ? 'SIGKILL' : 'SIGTERM');
      };
      if (isHit) return victim !== 'process' || moment === 'later';
      // Before it makes its tables, or writes itself down, a run only reads.
      hasBegun ||= message.includes('CREATE SCHEMA') || message.includes('INSERT INTO trueup.run ');
      const isTurn =
        victim === 'network'
          ? message.toString('utf8', 5) === 'COMMIT\0'
          : 'QS'.includes(message.toString('latin1', 0, 1));
      if (isTurn && hasBegun) seen += 1;
      if (!isTurn || seen < wanted) return true;
      isHit = true;
      if (moment === 'later') striking = delay(Math.random() * 30).then(strike);
      else if (moment === 'sent') setImmediate(strike);
      else strike();
      return victim !== 'process' || moment !== 'held back';
    });
    const told = await runToEnd(runner, { ...task, url: proxy.url });
    // The run may have come to its end between the message and the signal.
    if (victim === 'process' && isHit && runner.signalCode === null) {
      runner.kill('SIGKILL');
      await once(runner, 'close');
    }
    await striking;
    // Until the server has noticed that a process of its is gone, it goes on as if nothing was.
    if (victim === 'server' && isHit) await delay(200);
    onEnd(seen);
    return { isHit, told: victim === 'process' ? null : told };
  };
}

/** A process of the server may be gone already. */
function strikeBackend(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
