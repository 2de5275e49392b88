import type { ObjectId } from '../catalog/object.ts';
import type { Change } from '../diff/change.ts';
import type { Diagnostic } from '../errors.ts';
import type { RunStatement } from '../migrations/history.ts';
import { selectedRow } from './select.ts';
import type { State } from './state.ts';

/** What one migration made of the schema. */
export type SchemaVersion = {
  readonly script: string;
  readonly version: string | null;
  /** When and by whom it was applied on live; null while it is pending. */
  readonly applied: { readonly by: string; readonly on: string } | null;
  /** Objects after it. */
  readonly objectCount: number;
  readonly changes: readonly {
    readonly action: Change['action'];
    readonly id: ObjectId;
    /** It came or went with another of these. */
    readonly follows: boolean;
  }[];
};

/** The schema over its versions: replayed when the History tab is first opened. */
export type Evolution =
  | { readonly status: 'none' }
  | { readonly status: 'reading'; readonly progress: string }
  | { readonly status: 'read'; readonly versions: readonly SchemaVersion[] }
  | { readonly status: 'failed'; readonly diagnostics: readonly Diagnostic[] };

/** The statements of a run, as far as they are known; null while they are read. */
export type RunStatements = ReadonlyMap<string, readonly RunStatement[] | null>;

/** Asks for what the History tab needs and does not have yet. */
export function wantHistory(state: State): State {
  if (state.tab !== 'history' || state.phase.name !== 'browse' || !state.data) return state;
  const { requests } = state;
  if (state.evolution.status === 'none') {
    return {
      ...state,
      evolution: { status: 'reading', progress: '' },
      requests: { ...requests, evolution: requests.evolution + 1 },
    };
  }
  const row = selectedRow(state);
  if (row?.type !== 'run' || state.runStatements.has(row.run.runId)) return state;
  return {
    ...state,
    runStatements: new Map(state.runStatements).set(row.run.runId, null),
    requests: { ...requests, runStatements: requests.runStatements + 1 },
  };
}
