import { type Diagnostic, TrueupError } from '../errors.ts';
import type { EmbeddedOptions } from './embedded.ts';
import { DatabaseError, type Session } from './session.ts';

/** What the caller's thread asks of the engine's. */
export type Call =
  | { readonly call: 'open'; readonly options: Omit<EmbeddedOptions, 'onProgress'> }
  | { readonly call: 'query'; readonly sql: string; readonly values: readonly unknown[] | undefined }
  | { readonly call: 'queryAll'; readonly queries: readonly string[] }
  | { readonly call: 'exec'; readonly sql: string }
  | { readonly call: 'copyOut'; readonly query: string }
  | { readonly call: 'copyIn'; readonly target: string; readonly chunks: readonly Uint8Array[] }
  | { readonly call: 'close' };
export type NumberedCall = Call & { readonly id: number };

export type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: PackedError }
  | { readonly progress: string };

/** An error as plain data: between threads an error keeps its message and loses everything else. */
export type PackedError =
  | { readonly kind: 'database'; readonly message: string; readonly fields: DatabaseErrorFields }
  | { readonly kind: 'trueup'; readonly diagnostics: readonly Diagnostic[]; readonly exitCode: 1 | 3 }
  | { readonly kind: 'other'; readonly message: string };
type DatabaseErrorFields = Pick<DatabaseError, 'code' | 'detail' | 'hint' | 'offset' | 'context'>;

/** Only the parts of a session that are data. */
export type SessionFacts = Pick<Session, 'serverVersion' | 'label'>;

export function packError(error: unknown): PackedError {
  if (error instanceof DatabaseError) {
    const { message, code, detail, hint, offset, context } = error;
    return { kind: 'database', message, fields: { code, detail, hint, offset, context } };
  }
  if (error instanceof TrueupError) {
    return { kind: 'trueup', diagnostics: error.diagnostics, exitCode: error.exitCode };
  }
  return { kind: 'other', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

export function unpackError(packed: PackedError): Error {
  if (packed.kind === 'database') return new DatabaseError(packed.message, packed.fields);
  if (packed.kind === 'trueup') return new TrueupError(packed.diagnostics, { exitCode: packed.exitCode });
  return new Error(packed.message);
}
