import type { Binding } from '../binding.ts';
import { bindings } from '../bindings.ts';
import type { State } from '../state.ts';
import { type Line, span, wrapLine } from './line.ts';

const topics = ['Move', 'Look', 'Decide', 'Act', 'Run', 'Leave'] as const;
const labelWidth = 14;

/** The help overlay: every key by topic, and what stands behind the words. */
export function helpLines(state: Pick<State, 'size'>): readonly Line[] {
  const width = Math.max(20, state.size.columns - 4);
  const lines: Line[] = [];
  for (const topic of topics) {
    if (lines.length > 0) lines.push([]);
    lines.push([span(topic, 'heading')]);
    for (const binding of bindingsOf(topic)) {
      const line = [span(binding.label.padEnd(labelWidth), 'accent'), span(binding.description)];
      lines.push(...wrapLine(line, width, labelWidth));
    }
  }
  lines.push([], [span('Signs', 'heading')]);
  for (const [sign, meaning] of signs) {
    lines.push(...wrapLine([span(sign.padEnd(labelWidth), 'accent'), span(meaning)], width, labelWidth));
  }
  return lines;
}

const signs: readonly (readonly [string, string])[] = [
  ['+ - ~', 'extra, missing, changed in live; or new, dropped, changed by a pending migration'],
  ['R A I L', 'decided: revert, adopt, ignore, leave'],
  ['?', 'undecided; the plan leaves it as it is'],
  ['safe', 'nothing known stands against it'],
  ['LOCK', 'others wait while it runs'],
  ['REWRITE', 'the whole table is written again'],
  ['DATA', 'rows or values are lost'],
];

/** docs/keys.md. */
export function renderKeysMarkdown(): string {
  const sections = topics.map((topic) => {
    const rows = bindingsOf(topic).map(
      ({ label, description }) => `| \`${label}\` | ${description.replaceAll('|', '\\|')} |`,
    );
    return [`## ${topic}`, '', '| key | does |', '| --- | --- |', ...rows].join('\n');
  });
  const head = [
    '# Keys of the review',
    '',
    'Made from `src/review/bindings.ts`, which also makes the help (`?`). Change it there.',
  ].join('\n');
  return `${[head, ...sections].join('\n\n')}\n`;
}

function bindingsOf(topic: Binding['topic']): readonly Binding[] {
  return bindings.filter((binding) => binding.topic === topic);
}
