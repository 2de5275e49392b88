import type { Diagnostic } from '../errors.ts';
import type { Decisions } from './decisions.ts';
import { reload } from './request.ts';
import { diagnosticLines } from './screens/diagnostic-lines.ts';
import { type Line, span, wrapLine } from './screens/line.ts';
import type { FullScreen } from './screens/screens.ts';
import type { State } from './state.ts';
import { firstLine } from './words.ts';

/** The latest run, when it was cut short and somebody must see to it. */
export type UnfinishedRun = {
  /** Who, when, what is applied and what is not. */
  readonly described: Diagnostic;
  /** Its process is still at work. */
  readonly isGoingOn: boolean;
  /** It is half done: nothing is applied unless it goes on from there. */
  readonly mustGoOn: boolean;
  /** SQL of the statement whose fate only a person knows; null when there is none. */
  readonly inDoubt: string | null;
  /** Its decisions about drift. */
  readonly decisions: Decisions;
};

/** What a person says of a statement whose fate the database does not tell. */
export type InDoubt = 'done' | 'again';

/** That the run goes on, and what a person said of the statement in doubt. */
export type Resuming = { readonly inDoubt: InDoubt | null };

/** Whether a run must go on, or be looked at, before anything is applied. */
export function mustSeeTo({ data, resuming }: Pick<State, 'data' | 'resuming'>): boolean {
  const run = data?.unfinished;
  if (!run) return false;
  return run.isGoingOn || run.inDoubt !== null || (run.mustGoOn && resuming === null);
}

/** Finishes or takes away what is half made, looks again, makes the plan of the rest and asks to confirm it. */
export function goOn(state: State, inDoubt: InDoubt | null): State {
  return reload({ ...state, resuming: { inDoubt } }, true);
}

/** Why a run cannot go on now; null when it can. */
export function goOnReason({ data }: State, inDoubt: InDoubt | null): string | null {
  if (data?.unfinished?.isGoingOn) return 'It is going on: wait for its end, then press R.';
  const isAsked = typeof data?.unfinished?.inDoubt === 'string';
  return isAsked && inDoubt === null ? 'First say of the statement in doubt: d done, a again.' : null;
}

/** What became of the run, and how it goes on. */
export function unfinishedScreen({ data }: State, width: number): FullScreen {
  const run = data?.unfinished;
  if (!run) return { title: '', lines: [], pinned: [] };
  const { help: _, ...described } = run.described;
  const doubt: readonly Line[] =
    run.inDoubt === null
      ? []
      : [
          [],
          ...wrapLine([span('In doubt: ', 'caution'), span(firstLine(run.inDoubt))], width, 2),
          ...wrapLine(
            [span('Look whether it was done. Then: d it was done, a it runs again.', 'plain')],
            width,
          ),
        ];
  const next = run.isGoingOn
    ? 'It is going on elsewhere. R looks again, Esc only looks around.'
    : run.inDoubt === null
      ? 'c goes on from there: what is half made is finished or taken away, then you confirm the rest.'
      : 'Esc only looks around; nothing is applied.';
  return {
    title: run.isGoingOn ? 'A run is going on' : 'A run was cut short',
    lines: [[], ...diagnosticLines(described, width), ...doubt],
    pinned: wrapLine([span(next)], width),
  };
}
