import type { RunReport } from '../apply/event.ts';
import { leavesWork, readUnfinished } from '../apply/unfinished.ts';
import { type Diagnostic, TrueupError } from '../errors.ts';
import { readHistory } from '../migrations/history.ts';
import { describeEvent } from '../render/event.ts';
import { type ApplyOptions, applyEvents } from './apply.ts';
import { orderKeyed } from './assess/keyed-order.ts';
import { openLive, openProject } from './open.ts';
import { isUpToDate, upToDateReport } from './planning/up-to-date.ts';

/** Where `migrate` says what it does: any logger with these two. */
export type Logger = {
  readonly info: (message: string) => void;
  readonly warn: (message: string) => void;
};

export type MigrateOptions = Omit<
  ApplyOptions,
  'confirm' | 'asksPerson' | 'plan' | 'dryRun' | 'onProgress'
> & {
  readonly logger?: Logger;
  /** Applies nothing: throws when migrations are pending, for an application whose migrations are applied elsewhere. */
  readonly verifyOnly?: boolean;
};

/**
 * Brings live up to date at an application's start, any number of replicas at once: one applies, the others
 * wait for it. When history says that everything is applied nothing is replayed. Throws `TrueupError` when it
 * could not; then the application must not start.
 */
export async function migrate(options: MigrateOptions = {}): Promise<RunReport> {
  const { logger, verifyOnly, ...rest } = options;
  const loaded = await openProject(rest);
  {
    await using live = await openLive(loaded, rest);
    if (await isUpToDate(loaded, live.session)) {
      logger?.info(`${live.session.label} is up to date`);
      return upToDateReport(live.session.label, rest);
    }
    if (verifyOnly) {
      const history = await readHistory(live.session);
      const { pending, diagnostics } = await orderKeyed(loaded.migrations, history, rest.assume);
      const errors = diagnostics.filter(({ severity }) => severity === 'error');
      if (errors.length > 0) throw new TrueupError(errors);
      const unfinished = await readUnfinished(live.session, []);
      const keys = new Set(history?.map(({ key }) => key));
      const isCut = unfinished !== null && leavesWork(unfinished, keys);
      throw new TrueupError([
        notUpToDate(
          live.session.label,
          pending.map(({ script }) => script),
          isCut,
        ),
      ]);
    }
  }
  const events = applyEvents({
    ...rest,
    onEvent: (event, plan) => {
      const line = describeEvent(event, plan);
      if (line !== null) (event.type === 'retrying' ? logger?.warn : logger?.info)?.(line);
      rest.onEvent?.(event, plan);
    },
  });
  let next = await events.next();
  while (!next.done) next = await events.next();
  return finished(next.value, logger);
}

function finished(report: RunReport | null, logger: Logger | undefined): RunReport {
  if (report === null) throw new Error('A run that nobody confirms ended without a report.');
  if (report.outcome === 'success' || report.outcome === 'nothing to do') {
    logger?.info(`${report.database}: ${report.outcome}, version ${report.versionAfter ?? 'as it was'}`);
    return report;
  }
  throw new TrueupError([
    report.error ?? {
      code: report.outcome,
      severity: 'error',
      summary: `The run ended as ${report.outcome}.`,
    },
  ]);
}

function notUpToDate(label: string, pending: readonly string[], isCut: boolean): Diagnostic {
  return {
    code: 'not-up-to-date',
    severity: 'error',
    subject: label,
    summary:
      pending.length > 0
        ? `${label} lacks ${pending.length === 1 ? 'a migration' : `${pending.length} migrations`} of this application.`
        : `The latest run on ${label} did not end well.`,
    ...(pending.length > 0 ? { detail: pending.join(', ') } : {}),
    help: isCut
      ? 'Look at it with `trueup status`, and go on with `trueup apply --resume`.'
      : 'Apply them with `trueup apply`.',
  };
}
