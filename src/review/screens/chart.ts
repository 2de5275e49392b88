import type { Glyphs } from '../theme.ts';

/**
 * Numbers as columns of blocks, `height` rows from the top; the last rows first would be upside down. More numbers than
 * `width` are thinned out, each column showing the last of its numbers. The lowest column still shows something.
 */
export function chartRows(
  values: readonly number[],
  width: number,
  height: number,
  glyphs: Glyphs,
): readonly string[] {
  const columns = Math.min(width, values.length);
  const thinned = Array.from({ length: columns }, (_, column) => {
    return values[Math.ceil(((column + 1) * values.length) / columns) - 1] ?? 0;
  });
  const steps = glyphs.levels.length;
  const highest = Math.max(1, ...thinned);
  const levels = thinned.map((value) => Math.max(1, Math.round((value / highest) * height * steps)));
  return Array.from({ length: height }, (_, row) => {
    const below = (height - 1 - row) * steps;
    return levels
      .map((level) => (level <= below ? ' ' : (glyphs.levels[Math.min(steps, level - below) - 1] ?? ' ')))
      .join('');
  });
}
