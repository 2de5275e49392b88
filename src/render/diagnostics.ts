import { createColors } from 'picocolors';
import stringWidth from 'string-width';
import { type Diagnostic, formatPosition } from '../errors.ts';
import { escapeControl, escapeControlInLines } from './escape.ts';
import type { RenderOptions } from './words.ts';

/** Source lines longer than this are cut around the caret. */
const maxSourceLine = 100;

/**
 * Every diagnostic as `file:line:column: error: summary (code)`, with the source line and a caret, the detail
 * and the help below it. Ends with a line feed; empty for no diagnostics.
 */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], options: RenderOptions): string {
  return diagnostics.map((diagnostic) => `${renderDiagnostic(diagnostic, options).join('\n')}\n`).join('');
}

function renderDiagnostic(diagnostic: Diagnostic, options: RenderOptions): readonly string[] {
  const c = createColors(options.color);
  const paint = { error: c.red, warning: c.yellow, note: c.cyan }[diagnostic.severity];
  const position = escapeControl(formatPosition(diagnostic.position));
  const [summary = '', ...more] = escapeControlInLines(diagnostic.summary).split('\n');
  // PostgreSQL's errors name their SQLSTATE themselves.
  const isCodeSaid = diagnostic.summary.includes(`(${diagnostic.code})`);
  const code = isCodeSaid ? '' : ` ${c.dim(`(${escapeControl(diagnostic.code)})`)}`;
  return [
    `${c.bold(position)}${paint(diagnostic.severity)}: ${summary}${code}`,
    ...more.map((line) => `  ${line}`),
    ...renderSource(diagnostic, options),
    ...indent(diagnostic.detail, ''),
    ...indent(diagnostic.help, `${c.cyan('help')}: `),
  ];
}

function renderSource({ position, sourceLine }: Diagnostic, options: RenderOptions): readonly string[] {
  if (sourceLine === undefined) return [];
  const c = createColors(options.color);
  const characters = [...sourceLine];
  const at = Math.max(0, (position?.column ?? 1) - 1);
  const from =
    characters.length <= maxSourceLine
      ? 0
      : Math.max(0, Math.min(at - 40, characters.length - maxSourceLine));
  const show = (start: number, end: number) =>
    escapeControl(characters.slice(start, end).join('').replaceAll('\t', '  '));
  const lead = `${from > 0 ? '…' : ''}${show(from, at)}`;
  const tail = `${show(Math.max(from, at), from + maxSourceLine)}${from + maxSourceLine < characters.length ? '…' : ''}`;
  const gutter = `  ${position?.line ?? ''} | `;
  const lines = [`${c.dim(gutter)}${lead}${tail}`];
  if (position?.column === undefined) return lines;
  // Wide characters before the caret take two columns.
  return [
    ...lines,
    `${c.dim(`${' '.repeat(gutter.length - 2)}| `)}${' '.repeat(stringWidth(lead))}${c.red('^')}`,
  ];
}

function indent(text: string | undefined, label: string): readonly string[] {
  if (text === undefined || text === '') return [];
  return escapeControlInLines(text)
    .split('\n')
    .map((line, index) => `  ${index === 0 ? label : ''}${line}`);
}
