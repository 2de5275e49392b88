import { type Diagnostic, formatPosition } from '../../errors.ts';
import { type Line, span, wrapLine } from './line.ts';

/** A diagnostic in full: position, summary, source line with a caret, detail, what to do next. */
export function diagnosticLines(diagnostic: Diagnostic, width: number): readonly Line[] {
  const role =
    diagnostic.severity === 'error' ? 'danger' : diagnostic.severity === 'warning' ? 'caution' : 'muted';
  const lines: Line[] = [
    [
      span(`${diagnostic.severity}: `, role),
      span(`${formatPosition(diagnostic.position)}${diagnostic.summary}`),
      ...(showsCode(diagnostic) ? [span(` (${diagnostic.code})`, 'muted')] : []),
    ],
  ];
  const wrapped: Line[] = lines.flatMap((line) => wrapLine(line, width, 2));
  if (diagnostic.sourceLine !== undefined)
    wrapped.push(...sourceLines(diagnostic, diagnostic.sourceLine, width));
  const more = (text: string | undefined, label: string) => {
    if (text === undefined) return;
    for (const line of text.split('\n')) wrapped.push(...wrapLine([span(`${label}${line}`)], width, 2));
  };
  more(diagnostic.detail, '  ');
  more(diagnostic.help, '  next: ');
  return wrapped;
}

/** A SQLSTATE is worth showing, once. */
function showsCode({ code, summary }: Diagnostic): boolean {
  return /^[0-9A-Z]{5}$/.test(code) && !summary.includes(code);
}

function sourceLines(diagnostic: Diagnostic, sourceLine: string, width: number): readonly Line[] {
  const number = `  ${diagnostic.position?.line ?? ''} | `;
  const column = diagnostic.position?.column;
  // A caret far to the right of the pane would point at nothing: show the part of the line around it.
  const room = Math.max(10, width - number.length);
  const start = column !== undefined && column > room ? column - Math.floor(room / 2) : 0;
  const lines: Line[] = [[span(number, 'muted'), span(sourceLine.slice(start, start + room))]];
  if (column !== undefined) {
    lines.push([span(`${' '.repeat(number.length + Math.max(0, column - 1 - start))}^`, 'danger')]);
  }
  return lines;
}
