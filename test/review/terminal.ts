import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import xterm from '@xterm/headless';
import type { ReviewPort } from '../../src/review/port.ts';
import { type ReviewOptions, type ReviewResult, runReview } from '../../src/review/runtime.ts';
import type { ScreenCell } from './svg.ts';

/** The review in a terminal emulator that a test can type into and read. */
export type OpenedReview = {
  readonly press: (keys: string) => void;
  readonly resize: (columns: number, rows: number) => void;
  /** The rows of the screen, without trailing spaces. */
  readonly lines: () => readonly string[];
  /** Waits until the screen holds every text; throws with the screen when it does not come to that. */
  readonly shows: (...texts: readonly (string | RegExp)[]) => Promise<string>;
  /** Whether any cell of the first occurrence of a text is coloured, and whether it is inverse. */
  readonly look: (text: string) => {
    readonly color: number;
    readonly inverse: boolean;
    readonly bold: boolean;
  };
  /** Every cell of the screen, for pictures. */
  readonly cells: () => readonly (readonly ScreenCell[])[];
  readonly result: Promise<ReviewResult>;
  readonly onAlternateScreen: () => boolean;
  readonly rawMode: () => boolean;
  /** All bytes written so far. */
  readonly written: () => string;
};

export type OpenOptions = {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: ReviewOptions['env'];
  readonly ascii?: boolean;
  readonly background?: ReviewOptions['background'];
  readonly edit?: ReviewOptions['edit'];
};

/** Opens the review. Every opened review must be left (`q`, Ctrl-C), or the test never ends. */
export function openReview(port: ReviewPort, options: OpenOptions = {}): OpenedReview {
  const { columns = 80, rows = 24 } = options;
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 100 });
  let written = '';
  let raw = false;
  let pending = 0;
  const stdout = Object.assign(new EventEmitter(), {
    isTTY: true,
    columns,
    rows,
    write: (text: string) => {
      written += text;
      pending++;
      terminal.write(text, () => {
        pending--;
      });
      return true;
    },
  });
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: (mode: boolean) => {
      raw = mode;
    },
    ref: () => undefined,
    unref: () => undefined,
  });
  const result = runReview(port, {
    stdin: stdin as unknown as NodeJS.ReadStream,
    stdout: stdout as unknown as NodeJS.WriteStream,
    env: options.env ?? {},
    ascii: options.ascii ?? false,
    background: options.background,
    databaseLabel: 'app@db1/shop',
    edit: options.edit ?? (async () => false),
    commands: { review: 'trueup review -e prod', apply: 'trueup apply -e prod' },
  });
  const lines = () => {
    const buffer = terminal.buffer.active;
    return Array.from({ length: terminal.rows }, (_, row) => {
      return buffer.getLine(buffer.baseY + row)?.translateToString(true) ?? '';
    });
  };
  const shows = async (...texts: readonly (string | RegExp)[]) => {
    const deadlineMs = Date.now() + 25_000;
    for (;;) {
      const screen = lines().join('\n');
      const missing = texts.filter((text) =>
        typeof text === 'string' ? !screen.includes(text) : !text.test(screen),
      );
      if (pending === 0 && missing.length === 0) return screen;
      if (Date.now() > deadlineMs)
        throw new Error(`the screen never showed ${missing.join(', ')}:\n${screen}`);
      await wait(2);
    }
  };
  return {
    press: (keys) => stdin.write(keys),
    resize: (newColumns, newRows) => {
      terminal.resize(newColumns, newRows);
      Object.assign(stdout, { columns: newColumns, rows: newRows });
      stdout.emit('resize');
    },
    lines,
    shows,
    look: (text) => {
      const row = lines().findIndex((line) => line.includes(text));
      const column = lines()[row]?.indexOf(text) ?? -1;
      const buffer = terminal.buffer.active;
      const cell = buffer.getLine(buffer.baseY + row)?.getCell(column);
      if (!cell) throw new Error(`${text} is not on the screen:\n${lines().join('\n')}`);
      const color = cell.isFgDefault() ? -1 : cell.getFgColor();
      return { color, inverse: cell.isInverse() !== 0, bold: cell.isBold() !== 0 };
    },
    cells: () => {
      const buffer = terminal.buffer.active;
      return Array.from({ length: terminal.rows }, (_, row) => {
        const line = buffer.getLine(buffer.baseY + row);
        return Array.from({ length: terminal.cols }, (_, column): ScreenCell => {
          const cell = line?.getCell(column);
          return {
            text: cell?.getChars() ?? ' ',
            color: !cell || cell.isFgDefault() ? null : cell.getFgColor(),
            isBold: cell?.isBold() !== 0,
            isDim: cell?.isDim() !== 0,
            isInverse: cell?.isInverse() !== 0,
            isUnderlined: cell?.isUnderline() !== 0,
          };
        });
      });
    },
    result,
    onAlternateScreen: () => terminal.buffer.active.type === 'alternate',
    rawMode: () => raw,
    written: () => written,
  };
}
