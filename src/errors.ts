/** How much a diagnostic matters: an error stops the command, a warning is shown, a note explains. */
export type Severity = 'error' | 'warning' | 'note';

/** Where in a file something is. Lines and columns count from 1, columns in characters. */
export type SourcePosition = {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
};

/** One thing to tell the user. Data only: `render` and `review` choose how it looks. */
export type Diagnostic = {
  /** Stable, kebab-case: `migration-name`, `config-key`, or a SQLSTATE for PostgreSQL's own errors. */
  readonly code: string;
  readonly severity: Severity;
  /** What it is about: an object's identity, a setting, a URL without its password. */
  readonly subject?: string;
  readonly position?: SourcePosition;
  /** What failed, in one sentence. */
  readonly summary: string;
  /** What was expected and what was found; PostgreSQL's own detail. */
  readonly detail?: string;
  /** What to do next. */
  readonly help?: string;
  /** The source line at `position`, shown with a caret under its column. */
  readonly sourceLine?: string;
};

/** Thrown for anything the user can act on. Carries every problem found, not only the first. */
export class TrueupError extends Error {
  readonly diagnostics: readonly Diagnostic[];
  /** 1 for bad input and failed runs, 3 for a refusal by policy. Only `cli.ts` turns it into an exit code. */
  readonly exitCode: 1 | 3;

  constructor(diagnostics: readonly Diagnostic[], options: { exitCode?: 1 | 3; cause?: unknown } = {}) {
    super(diagnostics.map(summarize).join('\n'), 'cause' in options ? { cause: options.cause } : undefined);
    this.name = 'TrueupError';
    this.diagnostics = diagnostics;
    this.exitCode = options.exitCode ?? 1;
  }
}

/** Thrown when the user interrupts (Ctrl-C, SIGTERM). The command ends with exit code 130. */
export class InterruptedError extends Error {
  constructor(message = 'Interrupted.') {
    super(message);
    this.name = 'InterruptedError';
  }
}

/** Throws one `TrueupError` with all the errors among `diagnostics`, or returns quietly when there is none. */
export function throwIfErrors(diagnostics: readonly Diagnostic[]): void {
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error');
  if (errors.length > 0) throw new TrueupError(errors);
}

/** `file:line:column: ` or an empty string. */
export function formatPosition(position: SourcePosition | undefined): string {
  if (!position) return '';
  return `${[position.file, position.line, position.column].filter((part) => part !== undefined).join(':')}: `;
}

function summarize(diagnostic: Diagnostic): string {
  return `${formatPosition(diagnostic.position)}${diagnostic.summary}`;
}
