import { EventEmitter } from 'node:events';
import type { RowBook } from './row-book.ts';

/** The part of a terminal's output stream that the review needs. */
export type Output = {
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  write(text: string): boolean;
  on(event: 'resize', listener: () => void): unknown;
  off(event: 'resize', listener: () => void): unknown;
};

/**
 * The stdout that Ink is given. Ink 6.8 erases all its lines before every frame, and clears the whole terminal when
 * a frame is as high as the terminal; both flicker. This one drops whatever is not the frame, compares the frame's
 * rows with those on the screen, and writes only the changed ones, inside a synchronized update (DEC mode 2026).
 */
export type Screen = EventEmitter & {
  readonly isTTY: true;
  readonly columns: number;
  /** More than any frame has, so that Ink never takes a frame for a full screen. */
  readonly rows: number;
  write(text: string): boolean;
  /** Clears the terminal and writes the last frame again, whole. */
  repaint(): void;
  /** Nothing is written any more: the terminal belongs to someone else. */
  pause(paused: boolean): void;
};

/** What log-update and clear-terminal put before a frame: erase line, cursor up, to column 1, clear screen, home. */
const prefix = /^(?:\u001b\[(?:2K|1A|\d*A|G|1G|2J|3J|H|0f|\?25[lh]|\?2026[hl])|\u001bc)+/;

/** A screen on a terminal's output. Nothing is written before the first frame. */
export function createScreen(output: Output, book: RowBook): Screen {
  let shown: readonly string[] = [];
  let last = '';
  let paused = false;
  let clear = false;
  const rowCount = () => output.rows || 24;
  const paint = () => {
    if (paused) return;
    const rows = last.replace(/\n$/, '').split('\n').slice(0, rowCount());
    let update = clear ? '\u001b[m\u001b[2J' : '';
    for (let row = 0; row < Math.max(rows.length, shown.length); row++) {
      const text = rows[row] ?? '';
      if (text === shown[row]) continue;
      // Erased before the text: after a full row the cursor stands on its last character, and an erase would take it.
      update += `\u001b[${row + 1};1H\u001b[m\u001b[2K${text}`;
    }
    shown = rows;
    clear = false;
    if (update !== '') output.write(`\u001b[?2026h${update}\u001b[m\u001b[?2026l`);
  };
  const members = {
    isTTY: true as const,
    columns: 0,
    rows: 10_000,
    write: (text: string) => {
      const frame = text.replace(prefix, '');
      // Cursor and synchronization sequences come alone; the screen takes care of both itself.
      if (frame === '' || frame === '\n') return true;
      last = book.fill(frame);
      paint();
      return true;
    },
    repaint: () => {
      shown = [];
      clear = true;
      paint();
    },
    pause: (value: boolean) => {
      paused = value;
    },
  };
  const screen = Object.assign(new EventEmitter(), members);
  return Object.defineProperty(screen, 'columns', { get: () => output.columns || 80 });
}

/** Alternate screen, cursor hidden, screen cleared, rows that are too long cut instead of wrapped. */
export const enterScreen = '\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[2J\u001b[H';
/** Clicks and the wheel are reported (modes 1000 and 1006), or no longer. */
export const mouseOn = '\u001b[?1000h\u001b[?1006h';
export const mouseOff = '\u001b[?1006l\u001b[?1000l';
/** Asks for the background's colour (OSC 11); a terminal that does not know it stays silent. */
export const askBackground = '\u001b]11;?\u0007';
/** Back to the shell's screen; also ends a synchronized update that was cut off. */
export const leaveScreen = '\u001b[?2026l\u001b[m\u001b[?7h\u001b[?25h\u001b[?1049l';
