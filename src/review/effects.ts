import { type Diagnostic, InterruptedError, type SourcePosition, TrueupError } from '../errors.ts';
import { expandDecisions } from './decisions.ts';
import type { ReviewPort } from './port.ts';
import { answeredPairs } from './renames.ts';
import { createHighlight } from './screens/highlight.ts';
import { currentPlan } from './select.ts';
import type { Action, State } from './state.ts';

/** What the effects need from outside. */
export type EffectContext = {
  readonly port: ReviewPort;
  readonly dispatch: (action: Action) => void;
  readonly now: () => number;
  readonly copy: (text: string) => void;
  readonly suspend: () => void;
  readonly takeMouse: (taken: boolean) => void;
  /** Opens a file in the user's editor. */
  readonly edit: (position: SourcePosition) => void;
  /** The review is over and nothing runs any more. */
  readonly finish: () => void;
};

/** How often the server is asked how far a statement is. */
const watchEveryMs = 1_000;

/** Makes what the state asks for happen: give it every change of state. The first call is `start`. */
export function createEffects(context: EffectContext): {
  readonly start: (state: State) => void;
  readonly changed: (before: State, after: State) => void;
} {
  const { port, dispatch } = context;
  let loading: AbortController | null = null;
  let planning: AbortController | null = null;
  let applying: AbortController | null = null;
  let reading: AbortController | null = null;

  const load = (request: number, state: State) => {
    loading?.abort();
    const controller = new AbortController();
    loading = controller;
    port
      .load(
        { resuming: state.resuming },
        (line) => dispatch({ type: 'load progressed', request, line }),
        controller.signal,
      )
      .then((data) => dispatch({ type: 'loaded', request, data }))
      .catch((error: unknown) =>
        dispatch({ type: 'load failed', request, diagnostics: diagnosticsOf(error) }),
      );
  };

  const answer = (request: number, state: State) => {
    port
      .answerRenames(answeredPairs(state))
      .then((answered) => dispatch({ type: 'renames answered', request, ...answered }))
      .catch((error: unknown) =>
        dispatch({ type: 'renames refused', request, diagnostics: diagnosticsOf(error) }),
      );
  };

  const plan = (request: number, state: State) => {
    planning?.abort();
    const controller = new AbortController();
    planning = controller;
    const decisions = state.data ? expandDecisions(state.data, state.decisions) : state.decisions;
    port
      .plan(decisions, controller.signal)
      .then((made) => dispatch({ type: 'plan made', request, plan: made }))
      .catch((error: unknown) =>
        dispatch({ type: 'plan failed', request, diagnostics: diagnosticsOf(error) }),
      );
  };

  const watchRun = () => {
    let isAsking = false;
    const timer = setInterval(() => {
      if (isAsking) return;
      isAsking = true;
      port
        .readProgress()
        .then((progress) => dispatch({ type: 'server progressed', progress }))
        .catch(() => undefined)
        .finally(() => {
          isAsking = false;
        });
    }, watchEveryMs);
    return () => clearInterval(timer);
  };

  const check = (request: number, state: State) => {
    port
      .check(currentPlan(state))
      .then((found) => dispatch({ type: 'checked', request, check: found, nowMs: context.now() }))
      .catch((error: unknown) =>
        dispatch({ type: 'check failed', request, diagnostics: diagnosticsOf(error) }),
      );
  };

  const apply = async (state: State) => {
    if (state.phase.name !== 'applying') return;
    const controller = new AbortController();
    applying = controller;
    const stopWatching = watchRun();
    let diagnostics: readonly Diagnostic[] = [];
    try {
      for await (const event of port.apply(state.phase.plan, state.ignoreNotes, controller.signal)) {
        dispatch({ type: 'run progressed', event, nowMs: context.now() });
      }
    } catch (error) {
      diagnostics = diagnosticsOf(error);
    }
    stopWatching();
    applying = null;
    dispatch({ type: 'run ended', diagnostics });
  };

  const readVersions = (request: number) => {
    reading?.abort();
    const controller = new AbortController();
    reading = controller;
    port
      .readVersions((line) => dispatch({ type: 'versions progressed', request, line }), controller.signal)
      .then((versions) =>
        dispatch({ type: 'versions read', request, evolution: { status: 'read', versions } }),
      )
      .catch((error: unknown) => {
        const evolution = { status: 'failed' as const, diagnostics: diagnosticsOf(error) };
        dispatch({ type: 'versions read', request, evolution });
      });
  };

  const readRunStatements = ({ runStatements }: State) => {
    // The one that was asked for last is the one without an answer.
    const runId = [...runStatements].findLast(([, statements]) => statements === null)?.[0];
    if (runId === undefined) return;
    port
      .readRunStatements(runId)
      .catch(() => [])
      .then((statements) => dispatch({ type: 'run statements read', runId, statements }));
  };

  const colour = () => {
    port
      .loadScanner()
      .then((scan) => dispatch({ type: 'scanner loaded', highlight: createHighlight(scan) }))
      // Without the scanner there are no colours, and nothing else is missing.
      .catch(() => undefined);
  };

  return {
    start: (state) => load(state.requests.load, state),
    changed: (before, after) => {
      const asked = (name: keyof State['requests']) => after.requests[name] > before.requests[name];
      if (after.color && before.data === null && after.data !== null) setImmediate(colour);
      if (asked('load')) load(after.requests.load, after);
      if (asked('answer')) answer(after.requests.answer, after);
      if (asked('plan')) plan(after.requests.plan, after);
      if (before.plan.status === 'making' && after.plan.status !== 'making') planning?.abort();
      if (asked('apply')) void apply(after);
      if (asked('stop')) applying?.abort();
      // A server that cannot be told to cancel ends the run by itself; the run's own error says so.
      if (asked('cancel')) port.cancel().catch(() => undefined);
      if (asked('copy')) context.copy(after.clipboard);
      if (asked('check')) check(after.requests.check, after);
      if (asked('evolution')) readVersions(after.requests.evolution);
      if (asked('runStatements')) readRunStatements(after);
      if (after.isMouseOn !== before.isMouseOn) context.takeMouse(after.isMouseOn);
      if (asked('suspend')) context.suspend();
      if (asked('edit') && after.editing) context.edit(after.editing);
      if (after.phase.name === 'leaving' && before.phase.name !== 'leaving') {
        loading?.abort();
        planning?.abort();
        reading?.abort();
        context.finish();
      }
    },
  };
}

/** Anything thrown, as something that can be shown. */
function diagnosticsOf(error: unknown): readonly Diagnostic[] {
  if (error instanceof TrueupError) return error.diagnostics;
  if (error instanceof InterruptedError)
    return [{ code: 'interrupted', severity: 'note', summary: error.message }];
  const summary = error instanceof Error ? error.message : String(error);
  const field = (name: string): string | undefined => {
    const value: unknown = error instanceof Error ? Reflect.get(error, name) : undefined;
    return typeof value === 'string' ? value : undefined;
  };
  const detail = field('detail');
  const help = field('hint');
  return [
    {
      code: field('code') ?? 'unexpected',
      severity: 'error',
      summary,
      ...(detail === undefined ? {} : { detail }),
      ...(help === undefined ? {} : { help }),
    },
  ];
}
