import { formatPosition } from '../../errors.ts';
import { decisionList, reasonAgainst } from '../decisions.ts';
import type { ObjectFacts, ReviewChange } from '../port.ts';
import { describeObject, driftSentence, firstLine, pendingSentence } from '../words.ts';
import { definitionLines } from './definition.ts';
import type { DetailSource } from './detail.ts';
import { fitLine, type Line, lineWidth, span, wrapLine } from './line.ts';
import { effectSection } from './plan-detail.ts';
import { hazardLines, paragraphs, sqlLines } from './statement-lines.ts';

/** How many dependents and statements are listed before the rest is only counted. */
const maxListed = 12;

/** A change from top to bottom: what it means, the difference, hazards and SQL, then where the object stands. */
export function changeLines(
  item: ReviewChange,
  section: 'drift' | 'pending',
  follows: boolean,
  source: DetailSource,
): readonly Line[] {
  const { change } = item;
  const lines: Line[] = [];
  const sentence =
    section === 'drift' ? driftSentence(change) : pendingSentence(change, source.rollbackTo !== null);
  lines.push(...paragraphs(source, [[span(sentence)]]));
  if (follows && change.within !== null) {
    const text = `It goes together with ${describeObject(change.within)}, and is decided there.`;
    lines.push(...paragraphs(source, [[span(text, 'caution')]]));
  }
  const question = source.questions.find(({ changes }) => changes.includes(change.id));
  if (question) {
    const { from, to } = question;
    const one = [from, to].includes(change.id) ? 'it' : describeObject(to);
    const other = to === change.id || one !== 'it' ? from : to;
    const text = `Perhaps ${one} is ${describeObject(other)} with another name: = asks.`;
    lines.push(...paragraphs(source, [[span(text, 'caution')]]));
  }
  const facts = source.facts?.(change) ?? null;
  lines.push(...definedLines(facts, source));
  const expected = source.appliedVersion === null ? 'expected' : `expected @${source.appliedVersion}`;
  const other = section === 'drift' ? 'live' : 'target';
  lines.push(
    [],
    [span(`${expected} ${source.glyphs.arrow} ${other}`, 'muted')],
    ...differenceLines(item, source),
  );
  if (section === 'drift') lines.push(...revertLines(item, source));
  else if (item.hazards.length > 0) {
    lines.push([], [span('Hazards', 'heading')], ...hazardLines(item.hazards, source.width));
  }
  return facts === null ? lines : [...lines, ...factLines(facts, source)];
}

function differenceLines(item: ReviewChange, source: DetailSource): readonly Line[] {
  if (item.definitionBefore !== null || item.definitionAfter !== null) {
    return definitionLines(item.definitionBefore, item.definitionAfter, source);
  }
  const show = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
  return item.change.properties.flatMap((property) => {
    const before = source.color ? show(property.before) : `[-${show(property.before)}-]`;
    const after = source.color ? show(property.after) : `{+${show(property.after)}+}`;
    const line: Line = [
      span(`  ${property.name}  `, 'muted'),
      span(before, 'removed'),
      span(` ${source.glyphs.arrow} `),
      span(after, 'added'),
    ];
    return wrapLine(line, source.width, 4);
  });
}

function revertLines(item: ReviewChange, source: DetailSource): readonly Line[] {
  const lines: Line[] = [];
  if (item.hazards.length > 0) lines.push([], [span('Hazards of reverting', 'heading')]);
  lines.push(...hazardLines(item.hazards, source.width));
  const impossible = decisionList.filter(({ decision }) => reasonAgainst(item, decision) !== null);
  if (impossible.length > 0) lines.push([], [span('Not possible', 'heading')]);
  for (const { decision } of impossible) {
    const reason = span(reasonAgainst(item, decision) ?? '');
    lines.push(...wrapLine([span(decision.padEnd(8), 'muted'), reason], source.width, 8));
  }
  if (item.statements.length > 0) lines.push([], [span('To revert it', 'heading')]);
  const planned = source.plan?.steps.flatMap(({ statements }) => statements) ?? [];
  return [
    ...lines,
    ...item.statements.flatMap((statement) => {
      // What the rehearsal saw is known once the plan is made.
      const seen = planned.find(({ object, sql }) => object === statement.object && sql === statement.sql);
      return [...sqlLines(statement.sql, source), ...effectSection(seen ?? statement, source)];
    }),
  ];
}

function definedLines(facts: ObjectFacts | null, source: DetailSource): readonly Line[] {
  const last = facts?.statements.find(({ applied }) => applied);
  if (!last) return [];
  const where = formatPosition(last.position).replace(/: $/, '');
  return wrapLine([span('last defined at ', 'muted'), span(where, 'accent')], source.width, 2);
}

function factLines(facts: ObjectFacts, source: DetailSource): readonly Line[] {
  const lines: Line[] = [];
  const list = (title: string, all: readonly Line[]) => {
    if (all.length === 0) return;
    lines.push([], [span(title, 'heading'), span(` ${all.length}`, 'muted')]);
    const fit = (line: Line) =>
      lineWidth(line) > source.width ? fitLine(line, source.width, source.glyphs.ellipsis) : line;
    lines.push(...all.slice(0, maxListed).map(fit));
    if (all.length > maxListed) lines.push([span(`  and ${all.length - maxListed} more`, 'muted')]);
  };
  list(
    'Depends on it',
    facts.dependents.map((id) => [span(`  ${describeObject(id)}`)]),
  );
  list(
    'Its statements, newest first',
    facts.statements.map(({ script, position, sql, applied }) => [
      span(`  ${script}:${position.line ?? 1} `, 'accent'),
      ...(applied ? [] : [span('pending ', 'caution')]),
      span(firstLine(sql).slice(0, 120), 'muted'),
    ]),
  );
  return lines;
}
