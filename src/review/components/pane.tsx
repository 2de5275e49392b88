import { Box, useIsScreenReaderEnabled } from 'ink';
import type { ReactNode } from 'react';
import { fitLine, type Line, lineWidth, type Role, type Span, span } from '../screens/line.ts';
import type { Glyphs } from '../theme.ts';
import { LineText, useTheme } from './line-text.tsx';

export type PaneProps = {
  readonly title: string;
  /** What is typed into or said beside the title. */
  readonly note?: readonly Span[];
  /** Width and height with the border. */
  readonly width: number;
  readonly height: number;
  readonly focused: boolean;
  /** Visible rows, from the top. Missing ones are blank, too many are cut. */
  readonly lines: readonly Line[];
  /** Rows at the bottom that do not scroll. */
  readonly pinned?: readonly Line[];
  /** Which part of how many rows is visible: drawn on the right border when not all are. */
  readonly scroll?: { readonly top: number; readonly total: number };
  /** Columns left blank at each side. */
  readonly padding?: number;
};

/**
 * A box with a title in its border. Drawn as whole rows, so that Ink lays out few nodes. For a screen reader: the
 * title and the rows that say something, without the box.
 */
export function Pane(props: PaneProps): ReactNode {
  const { glyphs } = useTheme();
  const { title, note, width, height, focused, lines, pinned = [], scroll, padding = 1 } = props;
  const role: Role = focused ? 'focus border' : 'border';
  const inner = Math.max(0, width - 2);
  const text = Math.max(0, inner - 2 * padding);
  const count = Math.max(0, height - 2);
  const free = Math.max(0, count - pinned.length);
  const rows = [...Array.from({ length: free }, (_, index) => lines[index] ?? []), ...pinned].slice(0, count);
  const thumb = thumbOf(scroll, free);
  if (useIsScreenReaderEnabled()) {
    // Boxes inside a pane are no words either.
    const spoken = rows
      .map((line) => line.filter(({ role }) => role !== 'border' && role !== 'focus border'))
      .filter((line) => line.some((piece) => piece.text.trim() !== ''));
    return (
      <Box flexDirection="column" aria-role="list">
        <LineText line={[span(title), ...(note && note.length > 0 ? [span(' '), ...note] : [])]} />
        {spoken.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place on the screen.
          <LineText key={index} line={line} />
        ))}
      </Box>
    );
  }
  const pad = span(' '.repeat(padding));
  return (
    <Box flexDirection="column" width={width} height={height} flexShrink={0}>
      <LineText line={topBorder(props, role, glyphs)} />
      {rows.map((line, index) => {
        const onThumb = thumb !== null && index >= thumb.from && index < thumb.to;
        const edge = span(onThumb ? glyphs.scroll : glyphs.vertical, role);
        const body = fitLine(line, text, glyphs.ellipsis);
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place on the screen.
        return <LineText key={index} line={[span(glyphs.vertical, role), pad, ...body, pad, edge]} />;
      })}
      <LineText
        line={[span(glyphs.bottomLeft + glyphs.horizontal.repeat(inner) + glyphs.bottomRight, role)]}
      />
    </Box>
  );
}

function topBorder({ title, note, width, focused }: PaneProps, role: Role, glyphs: Glyphs): Line {
  const room = Math.max(0, width - 4);
  const label = span(title, focused ? 'strong' : 'plain');
  const full: Line = [span(' '), label, ...(note && note.length > 0 ? [span(' '), ...note] : []), span(' ')];
  const fitted: Line =
    title === '' ? [] : lineWidth(full) <= room ? full : fitLine(full, Math.max(0, room), glyphs.ellipsis);
  const rest = Math.max(0, width - 3 - lineWidth(fitted));
  return [
    span(glyphs.topLeft + glyphs.horizontal, role),
    ...fitted,
    span(glyphs.horizontal.repeat(rest) + glyphs.topRight, role),
  ];
}

function thumbOf(
  scroll: PaneProps['scroll'],
  visible: number,
): { readonly from: number; readonly to: number } | null {
  if (!scroll || scroll.total <= visible || visible <= 0) return null;
  const size = Math.max(1, Math.floor((visible * visible) / scroll.total));
  const from = Math.round((scroll.top / (scroll.total - visible)) * (visible - size));
  return { from, to: from + size };
}
