/** The transaction that a migration with its own BEGIN and COMMIT has open. */
export type OwnBlock = {
  /** Which statement of the segment began it, by position; null: none is open. */
  openedAt: number | null;
};

/** Follows one statement that has run. */
export function followOwnBlock(block: OwnBlock, sql: string, position: number): void {
  if (begins(sql)) block.openedAt ??= position;
  else if (ends(sql)) block.openedAt = chains(sql) ? position + 1 : null;
}

/** Whether a statement commits the open block, and with it what the journal says in it. */
export function commitsOwnBlock(block: OwnBlock, sql: string): boolean {
  return block.openedAt !== null && /^(?:COMMIT|END)\b(?!\s+PREPARED\b)/i.test(sql);
}

/** BEGIN, or START TRANSACTION. */
export function begins(sql: string): boolean {
  return /^(?:BEGIN|START)\b/i.test(sql);
}

/** COMMIT AND CHAIN and the like: the next transaction begins where this one ends. */
export function chains(sql: string): boolean {
  return ends(sql) && /\bAND\s+CHAIN\b/i.test(sql) && !/\bAND\s+NO\s+CHAIN\b/i.test(sql);
}

function ends(sql: string): boolean {
  return /^(?:COMMIT|END|ROLLBACK|ABORT)\b(?!\s+(?:PREPARED|TO\b))/i.test(sql);
}
