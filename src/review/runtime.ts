import type { SourcePosition } from '../errors.ts';
import { createEffects } from './effects.ts';
import { flushKeys, parseKeys } from './keys.ts';
import { isCheckDue } from './live-check.ts';
import type { ReviewPort } from './port.ts';
import { createRowBook } from './row-book.ts';
import {
  askBackground,
  createScreen,
  enterScreen,
  leaveScreen,
  mouseOff,
  mouseOn,
  type Output,
} from './screen.ts';
import { initialState, type State } from './state.ts';
import { createStore } from './store.ts';
import { type ReviewCommands, summarize } from './summary.ts';
import { type Background, chooseGlyphs, isAsciiLocale, readBackground } from './theme.ts';

/** The part of a terminal's input stream that the review needs. */
export type Input = {
  readonly isTTY?: boolean;
  setRawMode(raw: boolean): unknown;
  setEncoding(encoding: 'utf8'): unknown;
  on(event: 'data', listener: (chunk: string) => void): unknown;
  off(event: 'data', listener: (chunk: string) => void): unknown;
  resume(): unknown;
  pause(): unknown;
};

export type ReviewOptions = {
  readonly stdin: Input & NodeJS.ReadStream;
  readonly stdout: Output & NodeJS.WriteStream;
  /** NO_COLOR, INK_SCREEN_READER, COLORFGBG and the locale are read from it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Draw with ASCII alone. */
  readonly ascii: boolean;
  /** What the terminal's background is like. Without it COLORFGBG says so, else the terminal is asked. */
  readonly background?: Background | undefined;
  /** The database for the summary, before anything is known of it; no password. */
  readonly databaseLabel: string;
  /** Lets the user edit a file, with the terminal to itself. True when it changed; rejects with what to tell. */
  readonly edit: (position: SourcePosition) => Promise<boolean>;
  /** The commands that would repeat this, with their flags, for the summary; by default those without any. */
  readonly commands?: ReviewCommands;
  /** The project is a copy that is gone afterwards: the summary names no file of it. */
  readonly isSample?: boolean;
};

/** How the review ended. */
export type ReviewResult = {
  /** 1: the last run failed or the database could not be looked at. 130: Ctrl-C, SIGTERM or SIGHUP. */
  readonly exitCode: 0 | 1 | 130;
  /** A few plain lines for the scrollback, with the command that would repeat it. */
  readonly summary: string;
};

const tickMs = 250;
/** How long a lone escape may wait for the rest of a sequence, and the terminal's answer for its own. */
const escapeMs = 25;
const answerMs = 1_000;

/**
 * Runs the review on a terminal until the user leaves. The caller has made sure that stdin and stdout are terminals,
 * that CI is unset and TERM is not dumb. The terminal is restored however it ends; rejects when the UI itself fails.
 */
export async function runReview(port: ReviewPort, options: ReviewOptions): Promise<ReviewResult> {
  const { stdin, stdout, env, commands = { review: 'trueup review', apply: 'trueup apply' } } = options;
  const color = (env.NO_COLOR ?? '') === '';
  const ascii = options.ascii || isAsciiLocale(env);
  const isScreenReaderEnabled = env.INK_SCREEN_READER === 'true';
  const { render, createElement, App } = await importInk(color);

  const rows = createRowBook();
  const screen = createScreen(stdout, rows);
  const known = options.background ?? readBackground(env.COLORFGBG);
  let finish: () => void = () => undefined;
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const store = createStore(
    initialState({
      size: sizeOf(stdout),
      nowMs: Date.now(),
      glyphs: chooseGlyphs(ascii),
      color,
      background: known ?? 'dark',
      label: options.databaseLabel,
    }),
    (before, after) => effects.changed(before, after),
    Date.now,
  );
  const effects = createEffects({
    port,
    dispatch: store.dispatch,
    now: Date.now,
    copy: (text) => stdout.write(`\u001b]52;c;${Buffer.from(text).toString('base64')}\u0007`),
    suspend: () => suspend(),
    takeMouse: (taken) => stdout.write(taken ? mouseOn : mouseOff),
    edit: (position) => void edit(position),
    finish,
  });

  let rest = '';
  let escapeTimer: NodeJS.Timeout | undefined;
  const onData = (chunk: string) => {
    clearTimeout(escapeTimer);
    const parsed = parseKeys(rest + chunk);
    rest = parsed.rest;
    store.press(parsed.keys);
    if (rest === '') return;
    escapeTimer = setTimeout(
      () => {
        const keys = flushKeys(rest);
        rest = '';
        store.press(keys);
      },
      rest.startsWith('\u001b]') ? answerMs : escapeMs,
    );
  };
  const onResize = () => {
    store.dispatch({ type: 'resized', size: sizeOf(stdout) });
    screen.emit('resize');
    screen.repaint();
  };
  // A run is never just dropped: it is cancelled on the server, and the process stays until the run has ended.
  const onSignal = () => {
    terminal.release();
    while (store.get().phase.name === 'applying' && !cancelAsked(store.get()))
      store.dispatch({ type: 'interrupt' });
    if (store.get().phase.name !== 'applying') store.dispatch({ type: 'interrupt' });
    else store.subscribe(() => store.get().phase.name === 'result' && store.dispatch({ type: 'interrupt' }));
  };
  const onExit = () => terminal.release();

  const isMouseOn = () => store.get().isMouseOn;
  const terminal = createTerminal(options, !isScreenReaderEnabled, screen.pause, isMouseOn);
  const suspend = () => {
    terminal.release();
    process.once('SIGCONT', () => {
      terminal.take();
      onResize();
    });
    // The whole group, as the terminal itself would do, so that `npx` stops too.
    process.kill(0, 'SIGTSTP');
  };

  const edit = async (position: SourcePosition) => {
    terminal.release();
    let problem: string | null = null;
    const changed = await options.edit(position).catch((error: unknown) => {
      problem = error instanceof Error ? error.message : String(error);
      return false;
    });
    terminal.take();
    onResize();
    store.dispatch({ type: 'file edited', changed, problem });
  };

  const ticker = setInterval(() => {
    const state = store.get();
    if (isWaiting(state) || isCheckDue(state, Date.now()))
      store.dispatch({ type: 'ticked', nowMs: Date.now() });
  }, tickMs);
  stdin.setEncoding('utf8');
  stdin.on('data', onData);
  stdout.on('resize', onResize);
  process.on('SIGTERM', onSignal);
  process.on('SIGHUP', onSignal);
  // Also reached when something throws that nobody catches: the message then lands on the shell's own screen.
  process.on('exit', onExit);
  process.on('uncaughtExceptionMonitor', onExit);
  terminal.take();
  // Linux's own console writes on the screen what it does not know.
  if (known === null && color && !isScreenReaderEnabled && env.TERM !== 'linux') stdout.write(askBackground);
  const instance = render(createElement(App, { store, ascii, rows: isScreenReaderEnabled ? null : rows }), {
    // Ink asks its stdout for a few members only; all of them are there.
    stdout: isScreenReaderEnabled ? stdout : (screen as unknown as NodeJS.WriteStream),
    stdin,
    exitOnCtrlC: false,
    patchConsole: false,
    maxFps: 60,
    isScreenReaderEnabled,
  });
  effects.start(store.get());
  try {
    // A component that throws ends Ink, and only this promise tells.
    await Promise.race([finished, instance.waitUntilExit()]);
    const { phase } = store.get();
    const exitCode = phase.name === 'leaving' ? phase.exitCode : 1;
    return { exitCode, summary: summarize(store.get(), exitCode, commands, options.isSample === true) };
  } finally {
    clearInterval(ticker);
    clearTimeout(escapeTimer);
    stdin.off('data', onData);
    stdout.off('resize', onResize);
    process.off('SIGTERM', onSignal);
    process.off('SIGHUP', onSignal);
    process.off('exit', onExit);
    process.off('uncaughtExceptionMonitor', onExit);
    screen.pause(true);
    instance.unmount();
    instance.cleanup();
    terminal.release();
  }
}

/**
 * Ink and the components, imported now and not before. React chooses its build by NODE_ENV, and chalk its colours by
 * FORCE_COLOR, once, while they load: the variables are set for that moment only.
 */
async function importInk(color: boolean) {
  const restore = [
    setVariable('NODE_ENV', process.env.NODE_ENV ?? 'production'),
    // Ink and chalk do not know NO_COLOR. 16 colours are all that the theme uses.
    setVariable('FORCE_COLOR', color ? '1' : '0'),
    // In CI Ink paints at the end only; the caller has already decided that a person looks at this.
    setVariable('CI', 'false'),
  ];
  try {
    const { render } = await import('ink');
    const { createElement } = await import('react');
    const { App } = await import('./app.tsx');
    return { render, createElement, App };
  } finally {
    for (const undo of restore) undo();
  }
}

function setVariable(name: string, value: string): () => void {
  const before = process.env[name];
  process.env[name] = value;
  return () => {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  };
}

function createTerminal(
  { stdin, stdout }: ReviewOptions,
  alternate: boolean,
  pause: (paused: boolean) => void,
  isMouseOn: () => boolean,
): { readonly take: () => void; readonly release: () => void } {
  let taken = false;
  return {
    take: () => {
      if (taken) return;
      taken = true;
      if (alternate) stdout.write(enterScreen + (isMouseOn() ? mouseOn : ''));
      stdin.setRawMode(true);
      stdin.resume();
      pause(false);
    },
    release: () => {
      if (!taken) return;
      taken = false;
      pause(true);
      stdin.setRawMode(false);
      stdin.pause();
      if (alternate) stdout.write(mouseOff + leaveScreen);
    },
  };
}

function sizeOf(stdout: Output): State['size'] {
  return { columns: stdout.columns || 80, rows: stdout.rows || 24 };
}

function cancelAsked(state: State): boolean {
  return state.phase.name === 'applying' && state.phase.stop === 'cancel';
}

/** Whether something on the screen moves with the clock. */
function isWaiting(state: State): boolean {
  return (
    state.phase.name === 'loading' ||
    state.phase.name === 'confirm' ||
    state.phase.name === 'applying' ||
    state.plan.status === 'making'
  );
}
