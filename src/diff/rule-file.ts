import type { Diagnostic, SourcePosition } from '../errors.ts';

/** What every line of `.trueupignore` and of `.trueuprenames` has: `[!]…  [# [until=YYYY-MM-DD] reason]`. */
export type RuleLine = {
  /** As written, without its comment. */
  readonly text: string;
  readonly position: Required<SourcePosition>;
  /** It began with `!`. */
  readonly negated: boolean;
  /** Last day on which it holds, `YYYY-MM-DD`; null: for ever. */
  readonly until: string | null;
  readonly reason: string | null;
};

/** What a line that cannot be read has wrong; `left` counts the characters from the fault to the end of its text. */
export type Fault = { readonly wrong: string; readonly left: number };

/** What the lines of a file are. */
export type RuleForm<T> = {
  /** Of the errors, and with `-expired` of the warnings: `ignore-rule`. */
  readonly code: string;
  /** For people: `ignore rule`. */
  readonly name: string;
  /** How a line is to be written. */
  readonly help: string;
  /** Reads the text of a line, without its `!`. */
  readonly parse: (text: string) => T | Fault;
};

/** Reads all lines. Every one that is no rule becomes an error; the others are still read. */
export function readRules<T extends object>(
  text: string,
  file: string,
  form: RuleForm<T>,
): { readonly rules: readonly (RuleLine & T)[]; readonly diagnostics: readonly Diagnostic[] } {
  const rules: (RuleLine & T)[] = [];
  const diagnostics: Diagnostic[] = [];
  splitLines(text).forEach((line, index) => {
    const read = readLine(line, { file, line: index + 1 }, form);
    if (read === null) return;
    if ('severity' in read) diagnostics.push(read);
    else rules.push(read);
  });
  return { rules, diagnostics };
}

/** The lines of a file, without what ends them. */
export function splitLines(text: string): readonly string[] {
  return text.replace(/^\uFEFF/, '').split(/\r?\n/);
}

/** Whether the last day of a rule is over; `today` is `YYYY-MM-DD`. ISO dates sort as text. */
export function isExpired({ until }: RuleLine, today: string): boolean {
  return until !== null && until < today;
}

/** Says that a rule is over. */
export function describeExpired(rule: RuleLine, { code, name }: RuleForm<unknown>): Diagnostic {
  return {
    code: `${code}-expired`,
    severity: 'warning',
    subject: rule.text,
    position: rule.position,
    summary: `The ${name} ${rule.text} expired after ${rule.until} and is no longer applied.`,
    ...(rule.reason === null ? {} : { detail: `Its reason: ${rule.reason}` }),
    help: 'Remove the line, or give it a later date.',
  };
}

function readLine<T extends object>(
  line: string,
  at: { readonly file: string; readonly line: number },
  { code, help, parse }: RuleForm<T>,
): (RuleLine & T) | Diagnostic | null {
  // Quoted parts first: a # in a quoted name begins no comment.
  const written = /^\s*((?:"(?:[^"]|"")*"|[^\s"]|\s+(?![\s#])|"[^"]*$)*)/.exec(line)?.[1]?.trimEnd() ?? '';
  if (written === '' || written.startsWith('#')) return null;
  const start = line.indexOf(written);
  const comment = /#(.*)$/s.exec(line.slice(start + written.length))?.[1] ?? '';
  const until = /(?:^|\s)until=(\S*)/.exec(comment);
  const reason = comment.replace(until?.[0] ?? '', ' ').trim();
  const fail = (offset: number, summary: string, how: string): Diagnostic => ({
    code,
    severity: 'error',
    subject: written,
    position: { ...at, column: offset + 1 },
    summary,
    help: how,
    sourceLine: line,
  });
  if (until && !isDate(until[1] ?? '')) {
    const how = 'Write until=YYYY-MM-DD, the last day on which the rule holds.';
    return fail(line.indexOf('until=', start + written.length), `"${until[1]}" is not a date.`, how);
  }
  const negated = written.startsWith('!');
  const parsed = parse(written.slice(negated ? 1 : 0).trimStart());
  if (isFault(parsed)) {
    return fail(start + written.length - parsed.left, parsed.wrong, help);
  }
  const position = { ...at, column: start + 1 };
  return { text: written, position, negated, until: until?.[1] ?? null, reason: reason || null, ...parsed };
}

/** Whether a line could not be read. */
export function isFault(parsed: object): parsed is Fault {
  return 'wrong' in parsed;
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  // Some engines turn 30 February into 2 March rather than refuse it.
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
