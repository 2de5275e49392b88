import { DatabaseError } from '../database/session.ts';
import { InterruptedError, TrueupError } from '../errors.ts';
import { renderDiagnostics } from '../render/diagnostics.ts';

/** Any error as text for standard error. What nobody foresaw is called a defect, with its stack under `-v`. */
export function renderError(
  error: unknown,
  options: { readonly color: boolean; readonly verbose: boolean },
): string {
  if (error instanceof TrueupError) return renderDiagnostics(error.diagnostics, options);
  if (error instanceof InterruptedError) return `${error.message}\n`;
  if (error instanceof DatabaseError) {
    return renderDiagnostics(
      [
        {
          code: error.code,
          severity: 'error',
          summary: `${error.message} (${error.code})`,
          ...(error.detail === undefined ? {} : { detail: error.detail }),
          ...(error.hint === undefined ? {} : { help: error.hint }),
        },
      ],
      options,
    );
  }
  const message = error instanceof Error ? error.message : String(error);
  const stack =
    options.verbose && error instanceof Error ? `${error.stack}\n` : 'Run it again with -v for the stack.\n';
  return `This is a defect of Trueup, please report it: ${message}\n${stack}`;
}
