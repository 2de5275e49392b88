import { parseId } from '../../catalog/object.ts';
import { type MapState, type Neighbour, nameOf, neighboursInOrder, relations } from '../map.ts';
import type { State } from '../state.ts';
import type { Glyphs } from '../theme.ts';
import { countOf, describeObject } from '../words.ts';
import { fitLine, type Line, lineWidth, type Role, span, spreadLine } from './line.ts';
import type { FullScreen } from './screens.ts';

/** Narrower than this, boxes stand below each other. */
const minWide = 96;
const gap = 5;

/** A table in the middle, what refers to it on its left, what it refers to on its right, and the rest below. */
export function mapScreen(state: State, map: MapState, width: number, height: number): FullScreen {
  const ordered = neighboursInOrder(map.center);
  const chosen = ordered[map.index];
  const isWide = width >= minWide;
  const boxWidth = isWide ? Math.floor((width - 2 * gap) / 3) : Math.min(width, 56);
  const boxOf = (relation: Neighbour['relation']) => {
    const members = ordered.filter((one) => one.relation === relation);
    return members.length === 0 ? null : neighbourBox(relation, members, chosen, boxWidth, state.glyphs);
  };
  const [from, to, usedBy, uses] = relations.map(boxOf);
  const center = centerBox(map, boxWidth, state.glyphs);
  const below = [usedBy ?? null, uses ?? null].filter((box) => box !== null);
  const lines = isWide
    ? drawWide({ from: from ?? null, center, to: to ?? null, below }, boxWidth, state.glyphs)
    : drawNarrow({ from: from ?? null, center, to: to ?? null, below }, state.glyphs);
  const room = Math.max(1, height - 2);
  const at = lines.findIndex((line) => line.some(({ role }) => role === 'selected'));
  const top = Math.max(0, Math.min(at - Math.floor(room / 2), lines.length - room));
  const empty: Line[] = ordered.length === 0 ? [[], [span('Nothing is bound to it.', 'muted')]] : [];
  return {
    title: `Map: ${describeObject(map.center.center.id)}`,
    lines: [...lines.slice(top, top + room), ...empty],
    shown: { top, total: lines.length + 1 },
    pinned: [chosen ? chosenLine(chosen, map, state.glyphs) : []],
  };
}

type Boxes = {
  readonly from: readonly Line[] | null;
  readonly center: readonly Line[];
  readonly to: readonly Line[] | null;
  readonly below: readonly (readonly Line[])[];
};

function drawWide({ from, center, to, below }: Boxes, boxWidth: number, glyphs: Glyphs): readonly Line[] {
  const blank: Line = [span(' '.repeat(boxWidth))];
  const arrow = (shown: boolean, row: number): Line => {
    // Arrows stand on the first row inside the boxes.
    const text =
      shown && row === 1 ? ` ${glyphs.horizontal.repeat(gap - 3)}${glyphs.closed} ` : ' '.repeat(gap);
    return [span(text, 'focus border')];
  };
  const rows = Math.max(from?.length ?? 0, center.length, to?.length ?? 0);
  const stem: Line = [
    span(' '.repeat(boxWidth + gap + Math.floor(boxWidth / 2))),
    span(glyphs.vertical, 'focus border'),
  ];
  const lines = Array.from({ length: rows }, (_, row): Line => {
    const middle = center[row] ?? (below.length > 0 ? stemIn(boxWidth, glyphs) : blank);
    return [
      ...(from?.[row] ?? blank),
      ...arrow(from !== null, row),
      ...middle,
      ...arrow(to !== null, row),
      ...(to?.[row] ?? blank),
    ];
  });
  if (below.length === 0) return lines;
  const lower = Array.from({ length: Math.max(...below.map(({ length }) => length)) }, (_, row): Line => {
    return below.flatMap((box, index) => [
      ...(index > 0 ? [span(' '.repeat(gap))] : [span(' '.repeat(indent(below.length, boxWidth)))]),
      ...(box[row] ?? blank),
    ]);
  });
  return [...lines, stem, ...lower];
}

/** One box stands under the center, two around it. */
function indent(count: number, boxWidth: number): number {
  return count === 1 ? boxWidth + gap : Math.floor((boxWidth + gap) / 2);
}

function stemIn(boxWidth: number, glyphs: Glyphs): Line {
  const half = Math.floor(boxWidth / 2);
  return [
    span(' '.repeat(half)),
    span(glyphs.vertical, 'focus border'),
    span(' '.repeat(boxWidth - half - 1)),
  ];
}

function drawNarrow({ from, center, to, below }: Boxes, glyphs: Glyphs): readonly Line[] {
  const down: Line = [span(`   ${glyphs.opened}`, 'focus border')];
  const stem: Line = [span(`   ${glyphs.vertical}`, 'focus border')];
  return [
    ...(from ? [...from, down] : []),
    ...center,
    ...(to ? [down, ...to] : []),
    ...below.flatMap((box) => [stem, ...box]),
  ];
}

function centerBox({ center }: MapState, width: number, glyphs: Glyphs): readonly Line[] {
  const parts = center.parts.map(
    ({ kind, count }): Line => [
      span(countOf(count, kind, kind.endsWith('x') ? `${kind}es` : `${kind}s`), 'muted'),
    ],
  );
  const changes = changeWords(center.center);
  const rows: Line[] = [
    [span(nameOf(center.center.id), 'strong')],
    ...(changes === '' ? [] : [[span(changes, 'caution' as const)]]),
    ...parts,
  ];
  return box(parseId(center.center.id).kind, rows, width, 'focus border', glyphs);
}

function neighbourBox(
  relation: Neighbour['relation'],
  members: readonly Neighbour[],
  chosen: Neighbour | undefined,
  width: number,
  glyphs: Glyphs,
): readonly Line[] {
  const rows = members.map((one): Line => {
    const { kind } = parseId(one.id);
    const isChanged = one.drift + one.pending > 0;
    const left = [
      span(one === chosen ? glyphs.cursor : ' '),
      span(isChanged ? '~ ' : '  ', 'caution'),
      span(nameOf(one.id), isChanged ? 'caution' : 'plain'),
    ];
    const line = spreadLine(left, kind === 'table' ? [] : [span(kind, 'muted')], width - 4, glyphs.ellipsis);
    if (one !== chosen) return line;
    return [{ text: line.map(({ text }) => text).join(''), role: 'selected' }];
  });
  return box(`${relation} (${members.length})`, rows, width, 'border', glyphs);
}

function box(
  title: string,
  rows: readonly Line[],
  width: number,
  role: Role,
  glyphs: Glyphs,
): readonly Line[] {
  const label = fitIfLonger([span(` ${title} `)], width - 4, glyphs.ellipsis);
  const rest = width - 3 - lineWidth(label);
  return [
    [
      span(`${glyphs.topLeft}${glyphs.horizontal}`, role),
      ...label,
      span(`${glyphs.horizontal.repeat(Math.max(0, rest))}${glyphs.topRight}`, role),
    ],
    ...rows.map(
      (row): Line => [
        span(`${glyphs.vertical} `, role),
        ...fitLine(row, width - 4, glyphs.ellipsis),
        span(` ${glyphs.vertical}`, role),
      ],
    ),
    [span(`${glyphs.bottomLeft}${glyphs.horizontal.repeat(width - 2)}${glyphs.bottomRight}`, role)],
  ];
}

function chosenLine(chosen: Neighbour, map: MapState, glyphs: Glyphs): Line {
  const facts = [
    chosen.via === null ? '' : `through ${chosen.via}`,
    changeWords(chosen),
    map.trail.length > 0 ? 'Esc goes back' : '',
  ].filter((fact) => fact !== '');
  return [
    span(describeObject(chosen.id), 'strong'),
    ...facts.map((fact) => span(` ${glyphs.dot} ${fact}`, 'muted')),
  ];
}

function changeWords({ drift, pending }: { readonly drift: number; readonly pending: number }): string {
  const parts = [drift > 0 ? `${drift} drifted` : '', pending > 0 ? `${pending} pending` : ''];
  return parts.filter((part) => part !== '').join(', ');
}

function fitIfLonger(line: Line, width: number, ellipsis: string): Line {
  return lineWidth(line) > width ? fitLine(line, Math.max(0, width), ellipsis) : line;
}
