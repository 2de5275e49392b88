/**
 * C0 and C1 controls, line and paragraph separators, zero-width and bidirectional characters: what can move
 * the cursor, hide text or show it in another order. Source: Unicode, categories Cc, Cf, Zl, Zp.
 */
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** One line of text that is safe to show: every control and bidirectional character becomes `\u001b` and the like. */
export function escapeControl(text: string): string {
  return text.replace(unsafe, escapeCharacter);
}

/** As `escapeControl`, but line feeds and tabs stay: for SQL and source text. */
export function escapeControlInLines(text: string): string {
  return text
    .replace(/\r\n/g, '\n')
    .replace(unsafe, (character) =>
      character === '\n' || character === '\t' ? character : escapeCharacter(character),
    );
}

/** A JSON document that means the same, with what `JSON.stringify` leaves as it is and a terminal would obey escaped. */
export function escapeUnseen(json: string): string {
  return json.replace(unsafe, (character) =>
    character === '\n' ? character : character.split('').map(escapeCharacter).join(''),
  );
}

function escapeCharacter(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`;
}
