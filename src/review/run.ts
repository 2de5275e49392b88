import type { ApplyEvent, RunReport, WrittenFile } from '../apply/event.ts';
import type { Diagnostic } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import {
  type Attempt,
  describeBlockers,
  describeReconnecting,
  describeRetry,
  type Pace,
} from '../render/event.ts';

/** How far one statement has come. Times are milliseconds. */
export type StatementProgress = {
  readonly status: 'running' | 'done' | 'failed' | 'rolled back';
  readonly startedMs: number;
  readonly durationMs: number | null;
  readonly rowCount: number | null;
  /** Of a statement in batches, since its last one; null for any other. */
  readonly pace: Pace | null;
};

export type SegmentStatus = 'to do' | 'running' | 'committed' | 'rolled back';

/** What is known of a run: the events so far, folded. Keys of `statements` come from `statementKey`. */
export type RunProgress = {
  readonly runId: string | null;
  readonly startedMs: number;
  /** What it waits for before it starts; null when it does not. */
  readonly waiting: string | null;
  readonly statements: ReadonlyMap<string, StatementProgress>;
  readonly segments: readonly SegmentStatus[];
  /** Which attempt at the running part this is; null for the first. */
  readonly attempt: Attempt | null;
  readonly current: { readonly step: number; readonly statement: number } | null;
  readonly failure: {
    readonly step: number;
    readonly statement: number;
    readonly diagnostic: Diagnostic;
  } | null;
  /** How often the connection was made again, and how often something was tried again. */
  readonly mishaps: { readonly lost: number; readonly retried: number };
  readonly verifying: boolean;
  /** Files that this run and those before it in this review have written. */
  readonly files: readonly WrittenFile[];
  readonly report: RunReport | null;
};

export function statementKey(step: number, statement: number): string {
  return `${step}:${statement}`;
}

/** Before the first event. `before` is the last run of this review. */
export function startRun(plan: Plan, nowMs: number, before: RunProgress | null): RunProgress {
  return {
    runId: null,
    startedMs: nowMs,
    waiting: null,
    statements: new Map(),
    segments: plan.segments.map(() => 'to do'),
    attempt: null,
    current: null,
    failure: null,
    mishaps: { lost: 0, retried: 0 },
    verifying: false,
    files: before?.files ?? [],
    report: null,
  };
}

/** The run after one more event. `nowMs` is when it arrived. */
export function foldEvent(run: RunProgress, event: ApplyEvent, plan: Plan, nowMs: number): RunProgress {
  switch (event.type) {
    case 'run started':
      return { ...run, runId: event.runId, waiting: null };
    case 'waiting for lock':
      return { ...run, waiting: event.detail };
    case 'blocked':
      return { ...run, waiting: event.blockers.length === 0 ? null : describeBlockers(event.blockers) };
    case 'retrying':
      return {
        ...run,
        attempt: event,
        current: null,
        failure: null,
        mishaps: { ...run.mishaps, retried: run.mishaps.retried + 1 },
        statements: withoutSegment(run, plan, event.segment),
        waiting: describeRetry(event),
        segments: withSegment(run, event.segment, 'running'),
      };
    case 'reconnecting':
      return {
        ...run,
        current: null,
        mishaps: { ...run.mishaps, lost: run.mishaps.lost + 1 },
        waiting: describeReconnecting(event),
      };
    case 'segment started':
      return { ...run, waiting: null, attempt: null, segments: withSegment(run, event.segment, 'running') };
    case 'statement started': {
      const started: StatementProgress = {
        status: 'running',
        startedMs: nowMs,
        durationMs: null,
        rowCount: null,
        pace: null,
      };
      const { step, statement } = event;
      return {
        ...run,
        waiting: null,
        current: { step, statement },
        statements: withStatement(run, step, statement, started),
      };
    }
    case 'batch committed': {
      const { step, statement, rows, rowsPerSecond, leftMs } = event;
      const known = run.statements.get(statementKey(step, statement));
      if (!known) return run;
      const statements = withStatement(run, step, statement, {
        ...known,
        rowCount: rows,
        pace: { rows, rowsPerSecond, leftMs },
      });
      return { ...run, waiting: null, statements };
    }
    case 'statement finished': {
      const { step, statement, durationMs, rowCount } = event;
      const startedMs = run.statements.get(statementKey(step, statement))?.startedMs ?? nowMs;
      const done: StatementProgress = { status: 'done', startedMs, durationMs, rowCount, pace: null };
      return { ...run, current: null, waiting: null, statements: withStatement(run, step, statement, done) };
    }
    case 'statement failed': {
      const { step, statement, diagnostic } = event;
      const startedMs = run.statements.get(statementKey(step, statement))?.startedMs ?? nowMs;
      const failed: StatementProgress = {
        status: 'failed',
        startedMs,
        durationMs: null,
        rowCount: null,
        pace: null,
      };
      return {
        ...run,
        current: null,
        failure: { step, statement, diagnostic },
        statements: withStatement(run, step, statement, failed),
      };
    }
    case 'step finished':
      return run;
    case 'segment committed':
      return { ...run, segments: withSegment(run, event.segment, 'committed') };
    case 'segment rolled back': {
      const statements = new Map(run.statements);
      for (const { step, statement } of plan.segments[event.segment]?.statements ?? []) {
        const key = statementKey(step, statement);
        const progress = statements.get(key);
        if (progress && progress.status !== 'failed')
          statements.set(key, { ...progress, status: 'rolled back' });
      }
      return { ...run, current: null, statements, segments: withSegment(run, event.segment, 'rolled back') };
    }
    case 'verifying':
      return { ...run, current: null, verifying: true };
    case 'file written': {
      const { file, is } = event;
      return { ...run, files: [...run.files.filter((one) => one.file !== file), { file, is }] };
    }
    case 'run finished':
      return { ...run, current: null, verifying: false, waiting: null, report: event.report };
  }
}

/** Statements finished, of all. */
export function countStatements(
  run: RunProgress,
  plan: Plan,
): { readonly done: number; readonly total: number } {
  const total = plan.steps.reduce((sum, step) => sum + step.statements.length, 0);
  const done = [...run.statements.values()].filter((progress) => progress.status === 'done').length;
  return { done, total };
}

/** What was rolled back begins anew. */
function withoutSegment(run: RunProgress, plan: Plan, segment: number): RunProgress['statements'] {
  const statements = new Map(run.statements);
  for (const at of plan.segments[segment]?.statements ?? [])
    statements.delete(statementKey(at.step, at.statement));
  return statements;
}

function withSegment(run: RunProgress, segment: number, status: SegmentStatus): readonly SegmentStatus[] {
  return run.segments.map((old, index) => (index === segment ? status : old));
}

function withStatement(
  run: RunProgress,
  step: number,
  statement: number,
  progress: StatementProgress,
): ReadonlyMap<string, StatementProgress> {
  return new Map(run.statements).set(statementKey(step, statement), progress);
}
