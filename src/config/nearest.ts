import { distance } from 'fastest-levenshtein';

/**
 * The candidate that someone who wrote `word` most likely meant, or null when none is near: at most one
 * edit for each three letters, so that a suggestion is never a wild guess; the same letters in another order
 * are near at any length. Letter case counts for nothing.
 */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  const limit = Math.max(1, Math.floor(word.length / 3));
  let best: string | null = null;
  let bestDistance = limit + 1;
  for (const candidate of candidates) {
    const [written, known] = [word.toLowerCase(), candidate.toLowerCase()];
    const edits = sortLetters(written) === sortLetters(known) ? 1 : distance(written, known);
    if (edits < bestDistance) {
      best = candidate;
      bestDistance = edits;
    }
  }
  return best;
}

function sortLetters(word: string): string {
  return [...word].sort().join('');
}
