import { DatabaseError } from '../../database/session.ts';
import { type Diagnostic, InterruptedError, TrueupError } from '../../errors.ts';
import { renderDiagnostics } from '../../render/diagnostics.ts';

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
  if (isFileError(error)) return renderDiagnostics([fileProblem(error)], options);
  const message = error instanceof Error ? error.message : String(error);
  const stack =
    options.verbose && error instanceof Error ? `${error.stack}\n` : 'Run it again with -v for the stack.\n';
  return `This is a defect of Trueup, please report it: ${message}\n${stack}`;
}

type FileError = NodeJS.ErrnoException & { readonly code: string; readonly path: string };

/** What the operating system says of a file that the user named, or where Trueup may not write. */
function isFileError(error: unknown): error is FileError {
  return error instanceof Error && 'syscall' in error && 'code' in error && 'path' in error;
}

function fileProblem({ code, path, message }: FileError): Diagnostic {
  const why: Readonly<Record<string, string>> = {
    EISDIR: 'It is a folder, not a file.',
    ENOTDIR: 'A part of its path is a file, not a folder.',
    ENOENT: 'It does not exist, or its folder does not.',
    EEXIST: 'It exists already.',
    EACCES: 'You may not open it.',
    EPERM: 'You may not open it.',
    EROFS: 'Its disk can only be read.',
    ENOSPC: 'Its disk is full.',
  };
  const summary = why[code] ?? message;
  return { code: 'file', severity: 'error', position: { file: path }, summary, detail: message };
}
