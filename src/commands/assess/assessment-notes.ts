import type { NotCompared } from '../../catalog/kind.ts';
import type { ObjectId } from '../../catalog/object.ts';
import { renamesFile } from '../../diff/kept-renames.ts';
import type { Reordered } from '../../diff/reordered.ts';
import type { RenameSuggestion } from '../../diff/suggest-renames.ts';
import type { Diagnostic } from '../../errors.ts';
import { quoteWord } from '../../render/shell-word.ts';
import type { StandIn } from '../../replay/stand-ins.ts';

/** Says that two texts could not be compared. */
export function uncertainText(id: ObjectId): Diagnostic {
  return {
    code: 'uncertain',
    severity: 'warning',
    subject: id,
    summary: `uncertain: ${id}: the server's version prints this differently, and the embedded PostgreSQL cannot hold it.`,
  };
}

/** Says what the replay made up or left out. */
export function standInNote({ kind, name, file }: StandIn): Diagnostic {
  const what = {
    role: `The role "${name}" is named and not created by the migrations; the replay made it (NOLOGIN).`,
    tablespace: `The tablespace "${name}" is named and not created by the migrations; the replay made it, beside its own data.`,
    extension: `The extension "${name}" is left out of the replay, as the config says.`,
    subscription: `${name} is left out of the replay: it would connect to another server.`,
    'security label': `${name} is left out of the replay: it takes its provider's module. Labels are not compared.`,
  };
  return {
    code: `stand-in-${kind.replaceAll(' ', '-')}`,
    severity: 'note',
    subject: name,
    position: { file },
    summary: what[kind],
  };
}

/** What several catalogs leave out, each once. */
export function unite(...lists: readonly (readonly NotCompared[])[]): readonly NotCompared[] {
  return [...new Map(lists.flat().map((one) => [`${one.kind} ${one.name}`, one])).values()];
}

/** No statement can reorder columns, so it is said, and is drift only where the configuration asks (`counts`). */
export function reorderedNote({ whole, order }: Reordered, counts: boolean, side = 'live'): Diagnostic {
  return {
    code: 'column-order',
    severity: 'note',
    subject: whole,
    summary: `${whole} has its columns in another order in ${side}: ${order.join(', ')}. PostgreSQL cannot reorder them; ${counts ? 'it counts, as compare.columnOrder says' : 'it is no drift'}.`,
    help: 'An INSERT or COPY that names no columns puts values into the wrong ones.',
  };
}

/** Asks whether what is missing and what is extra are one object. */
export function renameQuestion({ from, to }: RenameSuggestion): Diagnostic {
  return {
    code: 'rename-suggested',
    severity: 'warning',
    subject: to,
    summary: `${to} may be ${from} with another name.`,
    help: `If it is: --rename ${quoteWord(`${from}=${to}`)}, or a line of ${renamesFile}. Then its rows stay; taken as two, one is dropped and the other created.`,
  };
}
