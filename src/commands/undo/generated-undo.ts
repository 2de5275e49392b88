import type { JournalStatement } from '../../apply/unfinished.ts';

/** How the title of a step begins that takes migrations back by generated statements; the journal knows it by that. */
export const generatedUndo = 'generated undo of';

/** Whether a statement was generated to take migrations back. */
export function isGeneratedUndo({ title, migration }: JournalStatement): boolean {
  return migration === null && title.startsWith(generatedUndo);
}
