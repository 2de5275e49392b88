import { distance } from 'fastest-levenshtein';

/**
 * The candidate that someone who wrote `word` most likely meant, or null when none is near: at most one
 * edit for each three letters, so that a suggestion is never a wild guess. Letter case counts for nothing.
 */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  const limit = Math.max(1, Math.floor(word.length / 3));
  let best: string | null = null;
  let bestDistance = limit + 1;
  for (const candidate of candidates) {
    const edits = distance(word.toLowerCase(), candidate.toLowerCase());
    if (edits < bestDistance) {
      best = candidate;
      bestDistance = edits;
    }
  }
  return best;
}
