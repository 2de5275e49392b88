import { execFile } from 'node:child_process';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { applyPlan } from '../../apply/apply.ts';
import type { ApplyEvent } from '../../apply/event.ts';
import { readAddresses } from '../../apply/names.ts';
import type { ApplyInput, ApplyTimeouts } from '../../apply/run.ts';
import { fingerprint } from '../../catalog/fingerprint.ts';
import { introspect } from '../../catalog/introspect.ts';
import type { ObjectId } from '../../catalog/object.ts';
import type { Backups } from '../../config/config.ts';
import type { Session } from '../../database/session.ts';
import type { IgnoreNote } from '../../plan/ignore-rules.ts';
import type { Plan } from '../../plan/plan.ts';
import { leftover } from '../../plan/rehearse.ts';
import { writeAdopted } from '../adopt.ts';
import type { Assessment } from '../assess/assessment.ts';
import { ignoreFile } from '../assess/rule-files.ts';
import type { LoadedProject } from '../open.ts';
import { writeIgnoreRules } from '../review/ignore-drift.ts';
import { leftObjects } from './make-plan.ts';

/** What a run needs: the plan, where it was made, and the live database it is for. */
export type RunInput = {
  readonly loaded: LoadedProject;
  readonly live: Session;
  readonly assessment: Assessment;
  readonly plan: Plan;
  readonly timeouts: ApplyTimeouts;
  readonly backup: Backups | null;
  /** How long to wait for another run, in milliseconds. */
  readonly waitMs?: number | undefined;
  /** What is destroyed is saved first, also when it is more than the configuration's limit. */
  readonly acceptsLarge?: boolean;
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** Reasons and ends of what is to be ignored. */
  readonly ignoreNotes?: ReadonlyMap<ObjectId, IgnoreNote>;
};

/**
 * Applies a plan and verifies the result; the last event is `run finished`. A migration that adopts drift is
 * written into the migrations folder first, and taken back when nothing was committed. Drift that was decided to
 * be ignored becomes rules in `.trueupignore` at the end.
 */
export async function* runPlan(input: RunInput): AsyncGenerator<ApplyEvent> {
  const { loaded, plan, now } = input;
  const { root } = loaded.project;
  const known = new Set(loaded.migrations.map(({ script }) => script));
  const adopted = plan.assumed.filter(({ script }) => !known.has(script));
  const takeBack: (() => Promise<void>)[] = [];
  // The adopted migration is recorded with the first segment: from its commit on, history names the file.
  let isRecorded = false;
  try {
    for (const migration of adopted) takeBack.push(await writeAdopted(loaded.migrationsFolder, migration));
    const events = applyPlan({ ...runInput(input), gitCommit: await readGitCommit(root) });
    for await (const event of events) {
      const isDone =
        event.type === 'run finished' && ['success', 'nothing to do'].includes(event.report.outcome);
      if (!isRecorded && (isDone || event.type === 'segment committed')) {
        isRecorded = true;
        for (const { script } of adopted) {
          const file = relative(root, join(loaded.migrationsFolder, script));
          yield { type: 'file written', is: 'migration', file };
        }
      }
      if (isDone && (await writeIgnoreRules(root, plan, now(), input.ignoreNotes)).length > 0)
        yield { type: 'file written', is: 'ignore rules', file: ignoreFile };
      yield event;
    }
  } finally {
    if (!isRecorded) for (const undo of takeBack) await undo();
  }
}

/** What the run of a plan needs, with the effects it may have. */
export function runInput({
  loaded,
  live,
  assessment,
  plan,
  timeouts,
  backup,
  waitMs,
  acceptsLarge = false,
  signal,
  now,
}: RunInput): ApplyInput {
  return {
    session: live,
    plan,
    timeouts,
    waitMs,
    signal,
    now,
    gitCommit: null,
    backupDirectory: backupDirectory(loaded, backup),
    ...(backup
      ? {
          backup: {
            limitBytes: backup.limitMegabytes * 1024 ** 2,
            acceptsLarge,
            directory: backupDirectory(loaded, backup) ?? undefined,
          },
        }
      : {}),
    verify: async () =>
      leftover(
        await assessment.readLive(),
        assessment.target,
        leftObjects(plan, assessment),
        assessment.registry,
      ),
    readAddresses: (isOpen) => readAddresses(live, assessment.registry, isOpen),
    currentFingerprint: async () =>
      fingerprint(await introspect(live, assessment.registry), assessment.registry),
  };
}

/** Where files of backups are; null where they are tables. */
export function backupDirectory({ project }: LoadedProject, backup: Backups | null): string | null {
  return backup?.directory ? join(project.root, backup.directory) : null;
}

/** The commit that the project stands at, or null outside of git. */
async function readGitCommit(cwd: string): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)('git', ['rev-parse', 'HEAD'], { cwd });
    return stdout.trim();
  } catch {
    return null;
  }
}
