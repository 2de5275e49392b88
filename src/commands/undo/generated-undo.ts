import type { JournalStatement } from '../../apply/unfinished.ts';

/** By this the journal knows such a step. */
const generatedUndo = 'generated undo of';

/** The title of a step that takes these migrations back by generated statements. */
export function undoTitle(migrations: readonly { readonly script: string }[]): string {
  const names = migrations.map(({ script }) => script);
  const named =
    names.length <= 3 ? names.join(', ') : `${names.slice(0, 2).join(', ')} and ${names.length - 2} more`;
  return `${generatedUndo} ${named}`;
}

/** Whether a statement was generated to take migrations back. */
export function isGeneratedUndo({ title, migration }: JournalStatement): boolean {
  return migration === null && title.startsWith(generatedUndo);
}
