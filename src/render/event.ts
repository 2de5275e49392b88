import type { ApplyEvent, Blocker } from '../apply/event.ts';
import type { Plan } from '../plan/plan.ts';
import { escapeControl } from './escape.ts';
import { formatDuration } from './words.ts';

type EventOf<T extends ApplyEvent['type']> = Extract<ApplyEvent, { readonly type: T }>;

/** How fast a statement in batches is. */
export type Pace = Pick<EventOf<'batch committed'>, 'rows' | 'rowsPerSecond' | 'leftMs'>;

/** One line for the progress of a run: what it does or waits for now; null for an event that needs no line. */
export function describeEvent(event: ApplyEvent, plan: Plan | null): string | null {
  switch (event.type) {
    case 'waiting for lock':
      return `waiting for another run: ${escapeControl(event.detail)}`;
    case 'statement started': {
      const step = plan?.steps[event.step];
      const [line = ''] = (step?.statements[event.statement]?.sql ?? '').split('\n');
      return `${escapeControl(step?.title ?? '')} ${event.statement + 1}/${step?.statements.length ?? 0}  ${escapeControl(line)}`;
    }
    case 'blocked':
      return event.blockers.length === 0 ? 'blocked no longer' : describeBlockers(event.blockers);
    case 'retrying':
      return describeRetry(event);
    case 'reconnecting':
      return describeReconnecting(event);
    case 'batch committed':
      return describeBatch(event, plan);
    case 'verifying':
      return 'verifying';
    default:
      return null;
  }
}

/** Whether the line of an event is worth keeping where nobody watches: something holds the run up. */
export function isDelay({ type }: ApplyEvent): boolean {
  return ['waiting for lock', 'blocked', 'retrying', 'reconnecting'].includes(type);
}

/** `V3__x.sql 2/4  1,200,000 rows, 61,000 rows/s, 12 s left`. */
function describeBatch(event: EventOf<'batch committed'>, plan: Plan | null): string {
  const { title = '', statements = [] } = plan?.steps[event.step] ?? {};
  return `${title} ${event.statement + 1}/${statements.length}  ${describePace(event)}`;
}

/** `1,200,000 rows, 61,000 rows/s, 12 s left`. */
export function describePace({ rows, rowsPerSecond, leftMs }: Pace): string {
  const left = leftMs === null ? '' : `, ${formatDuration(leftMs)} left`;
  const number = (value: number) => value.toLocaleString('en');
  return `${number(rows)} rows, ${number(rowsPerSecond)} rows/s${left}`;
}

/** `blocked by process 4711 of app (psql), idle in transaction for 3 m: UPDATE …`. */
export function describeBlockers(blockers: readonly Blocker[]): string {
  return `blocked by ${blockers.map(describeBlocker).join('; ')}`;
}

/** `lock timeout (55P03): attempt 2 of 10, lock_timeout 3.0 s; in 200 ms`. */
export function describeRetry(event: EventOf<'retrying'>): string {
  const { diagnostic, delayMs } = event;
  return `${escapeControl(diagnostic.summary)}: ${describeAttempt(event)}; in ${formatDuration(delayMs)}`;
}

/** Which attempt at a part it is, and how long it may wait for a lock. */
export type Attempt = Pick<EventOf<'retrying'>, 'attempt' | 'attempts' | 'lockMs'>;

/** `attempt 2 of 10, lock_timeout 3.0 s`. */
export function describeAttempt({ attempt, attempts, lockMs }: Attempt): string {
  const limit = lockMs === null ? '' : `, lock_timeout ${formatDuration(lockMs)}`;
  return `attempt ${attempt} of ${attempts}${limit}`;
}

/** Why, and that it goes on. */
export function describeReconnecting({ diagnostic }: EventOf<'reconnecting'>): string {
  return `connection lost, connecting again: ${escapeControl(diagnostic.summary)}`;
}

function describeBlocker({ pid, role, application, state, query, ageMs }: Blocker): string {
  const who = `process ${pid} of ${role ?? 'a role that is not shown'}`;
  const program = application ? ` (${application})` : '';
  const age = ageMs === null ? '' : ` for ${formatDuration(ageMs)}`;
  const text = query ? `: ${query.replace(/\s+/g, ' ')}` : '';
  return escapeControl(`${who}${program}, ${state ?? 'state not shown'}${age}${text}`);
}
