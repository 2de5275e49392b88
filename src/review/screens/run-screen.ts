import type { ServerProgress } from '../../apply/event.ts';
import { formatPosition } from '../../errors.ts';
import type { Plan } from '../../plan/plan.ts';
import { describeAttempt, describePace, type Pace } from '../../render/event.ts';
import { countDecisions } from '../decisions.ts';
import { countStatements, type RunProgress, statementKey } from '../run.ts';
import { isLost, isStale } from '../select.ts';
import type { Phase, State } from '../state.ts';
import type { Glyphs } from '../theme.ts';
import { countOf, describeObject, firstLine, formatDuration } from '../words.ts';
import { diagnosticLines } from './diagnostic-lines.ts';
import { type Line, lineWidth, type Role, span, spreadLine, wrapLine } from './line.ts';
import type { FullScreen } from './screens.ts';
import { spinner } from './screens.ts';

/** A run while it goes on: a bar, then every part with its steps; the part that runs is kept in sight. */
export function applyingScreen(
  state: State,
  phase: Phase & { readonly name: 'applying' },
  width: number,
  height: number,
): FullScreen {
  const { plan, run } = phase;
  const { done, total } = countStatements(run, plan);
  const elapsed = formatDuration(Math.max(0, state.nowMs - run.startedMs));
  const head: Line[] = [
    spreadLine(
      [
        span(` ${bar(done, total, Math.min(30, Math.floor(width / 3)), state.glyphs)} `),
        span(`${done}/${total} statements`),
      ],
      [span(elapsed, 'muted')],
      width,
      state.glyphs.ellipsis,
    ),
  ];
  if (run.waiting !== null) {
    const waiting: Line = [span(` ${spinner(state)} waiting: ${run.waiting}`, 'caution')];
    head.push(...wrapLine(waiting, width, 3).slice(0, 4));
  }
  head.push(...mishapLines(run));
  if (run.verifying) head.push([span(` ${spinner(state)} verifying: looking at live again`, 'accent')]);
  const body = runLines(state, plan, run, width);
  const room = Math.max(1, height - head.length - 1);
  const at = Math.max(
    0,
    body.findLastIndex((line) => line.active),
  );
  const top = Math.max(0, Math.min(at - Math.floor(room / 2), body.length - room));
  return {
    title: `${plan.rollbackTo === undefined ? 'Applying to' : 'Taking back'} ${plan.database}`,
    lines: [...head, [], ...body.slice(top, top + room).map((line) => line.line)],
    shown: { top, total: head.length + 1 + body.length },
    pinned: [],
  };
}

/** How a run ended: what failed and where, what is applied, what was rolled back, what was not run. */
export function resultScreen(
  state: State,
  phase: Phase & { readonly name: 'result' },
  width: number,
): FullScreen {
  const { plan, run, diagnostics } = phase;
  const { report } = run;
  const error = report?.error ?? run.failure?.diagnostic ?? null;
  const all = error ? [error, ...diagnostics] : diagnostics;
  const lines: Line[] = [
    [],
    ...wrapLine(verdict(state, phase), width, 3),
    ...verified(phase, state.glyphs, width),
    [],
  ];
  for (const diagnostic of all) lines.push(...diagnosticLines(diagnostic, width), []);
  const { glyphs } = state;
  for (const step of report?.steps ?? []) {
    const look = outcomeLook(step.outcome, glyphs);
    const left = [span(` ${look.sign} `, look.role), span(step.title), span(`  ${step.outcome}`, look.role)];
    const rows = step.rows > 0 ? `, ${countOf(step.rows, 'row')}` : '';
    const time = formatDuration(step.durationMs);
    const rights =
      step.outcome === 'not run' ? [] : [`${countOf(step.statements, 'statement')}${rows}  ${time}`, time];
    const right = rights.find((text) => lineWidth(left) + text.length + 2 <= width);
    lines.push(
      spreadLine(left, right === undefined ? [] : [span(`${right} `, 'muted')], width, glyphs.ellipsis),
    );
  }
  const mishaps = mishapLines(run);
  if (mishaps.length > 0) lines.push([], ...mishaps);
  if (!report) lines.push(...runLines(state, plan, run, width).map(({ line }) => line));
  const files = run.files.filter(({ is }) => is !== 'report');
  if (files.length > 0) lines.push([]);
  for (const { file } of files)
    lines.push([span(` ${glyphs.done} `, 'good'), span(file), span('  written', 'good')]);
  const title = report?.outcome === 'success' ? doneWord(plan) : (report?.outcome ?? 'Ended');
  // Nobody could write down how it ended.
  const isKept = report !== null && !all.some(({ code }) => code === 'connection-lost');
  const id: Line =
    run.runId === null ? [] : [span(`run ${run.runId}${isKept ? ', kept in the history' : ''}`, 'muted')];
  const reports = run.files.filter(({ is }) => is === 'report').slice(-1);
  const pinned = [
    ...wrapLine(id, width),
    ...reports.map(({ file }): Line => [span('report ', 'muted'), span(file)]),
  ];
  return { title: `${title.charAt(0).toUpperCase()}${title.slice(1)}`, lines, pinned };
}

/** What the look at live after the run found; nothing where it did not come to that. */
function verified(
  { plan, run }: Phase & { readonly name: 'result' },
  glyphs: Glyphs,
  width: number,
): readonly Line[] {
  const differences = run.report?.differences;
  if (!differences) return [];
  if (differences.length === 0) {
    const left = countDecisions(plan, 'leave') + countDecisions(plan, 'ignore');
    const but = left > 0 ? `, but for ${countOf(left, 'drifted object')} left as found` : '';
    const said = [span(` ${glyphs.done} `, 'good'), span(`Verified: live is the target${but}.`)];
    return wrapLine(said, width, 3);
  }
  const count = countOf(differences.length, 'difference');
  return [
    [span(` Verified: ${count} between live and target`, 'danger')],
    ...differences.map(({ action, id }): Line => [span(`   ${action} ${describeObject(id)}`)]),
  ];
}

function verdict(state: State, phase: Phase & { readonly name: 'result' }): Line {
  const { run, diagnostics } = phase;
  const { report } = run;
  const { glyphs } = state;
  const error = report?.error ?? run.failure?.diagnostic ?? null;
  const all = error ? [error, ...diagnostics] : diagnostics;
  if (report?.outcome === 'success') {
    const version = `version ${report.versionBefore ?? 'none'} ${glyphs.arrow} ${report.versionAfter ?? 'none'}`;
    return [
      span(` ${glyphs.done} ${doneWord(phase.plan).toUpperCase()} `, 'good'),
      span(`${version}, in ${formatDuration(report.durationMs)}`),
    ];
  }
  if (report?.outcome === 'nothing to do') return [span(` ${glyphs.done} Nothing to do.`, 'good')];
  if (isStale(all)) {
    return [
      span(' STALE ', 'danger'),
      span('Live has moved since the plan was made; nothing ran. r looks again, decisions are kept.'),
    ];
  }
  const committed = run.segments.filter((status) => status === 'committed').length;
  const kept =
    committed === 0
      ? 'Nothing stays applied.'
      : `${committed} of ${countOf(run.segments.length, 'part')} stay applied.`;
  if (isLost(all)) return [span(' CONNECTION LOST ', 'danger'), span(isInDoubt(run) ? inDoubt : kept)];
  if (report?.outcome === 'interrupted') return [span(' INTERRUPTED ', 'caution'), span(kept)];
  const where = formatPosition(error?.position).replace(/: $/, '');
  return [span(` ${glyphs.failed} FAILED${where === '' ? '' : ` at ${where}`}  `, 'danger'), span(kept)];
}

const inDoubt = 'Whether what ran is committed is not known: r looks and goes on from there.';

/** Whether nobody knows what became of the part that ran. */
function isInDoubt({ report, segments }: RunProgress): boolean {
  return report ? report.steps.some(({ outcome }) => outcome === 'in doubt') : segments.includes('running');
}

/** What a run got over. */
function mishapLines({ mishaps: { lost, retried } }: RunProgress): readonly Line[] {
  const said = [
    ...(lost > 0 ? [`connection lost ${countOf(lost, 'time')}`] : []),
    ...(retried > 0 ? [`tried again ${countOf(retried, 'time')}`] : []),
  ];
  return said.length === 0 ? [] : [[span(` ${said.join(', ')}`, 'caution')]];
}

function doneWord({ rollbackTo }: Plan): string {
  return rollbackTo === undefined ? 'Applied' : 'Taken back';
}

type RunLine = { readonly line: Line; readonly active: boolean };

function runLines(state: State, plan: Plan, run: RunProgress, width: number): readonly RunLine[] {
  const { glyphs } = state;
  const lines: RunLine[] = [];
  const total = plan.segments.length;
  plan.segments.forEach((segment, index) => {
    const status = run.segments[index] ?? 'to do';
    const label = segment.transaction ? 'transaction' : 'outside a transaction';
    const role: Role = { 'to do': 'muted', running: 'accent', committed: 'good', 'rolled back': 'danger' }[
      status
    ] as Role;
    const attempt = status === 'running' && run.attempt ? describeAttempt(run.attempt) : '';
    const left = [span(` ${index + 1}/${total} ${label}  `), span(status === 'to do' ? '' : status, role)];
    const right = attempt === '' ? [] : [span(`${attempt} `, 'caution')];
    lines.push({
      line: spreadLine(left, right, width, glyphs.ellipsis),
      active: status === 'running',
    });
    for (const step of new Set(segment.statements.map((at) => at.step))) {
      const statements = segment.statements.filter((at) => at.step === step);
      lines.push(stepLine(state, plan, run, step, statements, width));
      const current = run.current;
      if (current?.step === step && statements.some((at) => at.statement === current.statement)) {
        const progress = run.statements.get(statementKey(step, current.statement));
        const sql = firstLine(plan.steps[step]?.statements[current.statement]?.sql ?? '').slice(0, 300);
        const time = formatDuration(Math.max(0, state.nowMs - (progress?.startedMs ?? state.nowMs)));
        const room = Math.max(0, width - time.length - 1);
        const left = spreadLine(
          [span(`     ${spinner(state)} `, 'accent'), span(sql)],
          [],
          room,
          glyphs.ellipsis,
        );
        lines.push({ line: [...left, span(` ${time}`, 'muted')], active: true });
        if (progress?.pace) {
          const line = paceLine(progress.pace, width, glyphs);
          lines.push({ line: spreadLine(line, [], width, glyphs.ellipsis), active: true });
        } else if (state.phase.name === 'applying' && state.phase.progress) {
          const server = progressLine(state.phase.progress, width, glyphs);
          lines.push({ line: spreadLine(server, [], width, glyphs.ellipsis), active: true });
        }
      }
    }
  });
  return lines;
}

/** How far a statement in batches is, as far as that is known, and how fast. */
function paceLine(pace: Pace, width: number, glyphs: Glyphs): Line {
  const left = pace.leftMs === null ? null : (pace.rowsPerSecond * pace.leftMs) / 1_000;
  const share = left === null || pace.rows + left === 0 ? null : pace.rows / (pace.rows + left);
  return progressLine({ phase: describePace(pace), done: share }, width, glyphs);
}

/** How far the server says the statement that runs is. */
function progressLine({ phase, done }: ServerProgress, width: number, glyphs: Glyphs): Line {
  const share =
    done === null
      ? ''
      : `${bar(done, 1, Math.min(20, Math.floor(width / 8)), glyphs)} ${Math.round(done * 100)} % `;
  return [span(`       ${share}`), span(phase, 'muted')];
}

function stepLine(
  state: State,
  plan: Plan,
  run: RunProgress,
  step: number,
  statements: readonly { readonly step: number; readonly statement: number }[],
  width: number,
): RunLine {
  const { glyphs } = state;
  const progress = statements.map((at) => run.statements.get(statementKey(at.step, at.statement)));
  const count = (status: string) => progress.filter((one) => one?.status === status).length;
  const done = count('done');
  const undone = count('rolled back');
  const failed = count('failed') > 0;
  const running = count('running') > 0 || (done > 0 && done < statements.length);
  const word = failed
    ? 'failed'
    : undone > 0
      ? 'rolled back'
      : running
        ? 'running'
        : done > 0
          ? 'done'
          : 'to do';
  const look = outcomeLook(word, glyphs);
  const time = progress.reduce((sum, one) => sum + (one?.durationMs ?? 0), 0);
  const right = [
    ...(word === 'failed' || word === 'rolled back' ? [span(`${word}  `, look.role)] : []),
    span(`${done}/${statements.length}`, 'muted'),
    span(` ${(done > 0 ? formatDuration(time) : word === 'to do' ? word : '').padStart(8)} `, 'muted'),
  ];
  const left = [span(`   ${look.sign} `, look.role), span(plan.steps[step]?.title ?? '')];
  return {
    line: spreadLine(left, right, width, glyphs.ellipsis),
    active: word === 'running' || word === 'failed',
  };
}

function outcomeLook(outcome: string, glyphs: Glyphs): { readonly sign: string; readonly role: Role } {
  if (outcome === 'applied' || outcome === 'done') return { sign: glyphs.done, role: 'good' };
  if (outcome === 'failed') return { sign: glyphs.failed, role: 'danger' };
  if (outcome === 'rolled back') return { sign: glyphs.undone, role: 'caution' };
  if (outcome === 'in doubt') return { sign: '?', role: 'caution' };
  if (outcome === 'running') return { sign: glyphs.running, role: 'accent' };
  return { sign: glyphs.toDo, role: 'muted' };
}

function bar(done: number, total: number, width: number, glyphs: Glyphs): string {
  const full = total === 0 ? 0 : Math.round((done / total) * width);
  return glyphs.barFull.repeat(full) + glyphs.barEmpty.repeat(width - full);
}
