import type { Binding } from '../binding.ts';
import { bindings } from '../bindings.ts';
import { openQuestions } from '../renames.ts';
import { currentPlan, isTyping, screenOf } from '../select.ts';
import type { State, Tab } from '../state.ts';
import { mustSeeTo } from '../unfinished.ts';
import { countOf } from '../words.ts';
import { fitLine, type Line, lineWidth, type Span, span, spreadLine } from './line.ts';

/** The top row: what is looked at on the left, the tabs on the right. What matters least is left out first. */
export function headerLine(state: State, width: number): Line {
  const { glyphs } = state;
  const tabs = state.data === null ? [] : tabSpans(state);
  const room = width - lineWidth(tabs) - 2;
  const header = state.data?.header;
  const name = header?.environment ? `${header.environment} ` : '';
  // That it goes back is said as long as there is any room.
  const back = span(`  BACK TO ${header?.rollbackTo ?? ''}`, 'caution');
  const short = [span(` ${name}`, 'strong'), span(header?.database ?? '')];
  const candidates: readonly (readonly Span[])[] = header
    ? [
        [
          span(` trueup  ${name}`, 'strong'),
          span(header.database),
          span(`  PG ${header.serverVersion}  `, 'muted'),
          header.rollbackTo === null
            ? span(`${header.appliedCount} applied ${glyphs.dot} ${header.pendingCount} pending`, 'muted')
            : back,
        ],
        ...(header.rollbackTo === null
          ? [[...short, span(`  PG ${header.serverVersion}`, 'muted')]]
          : [[...short, back]]),
        short,
      ]
    : [[span(' trueup  ', 'strong'), span(state.label)]];
  const left = candidates.find((line) => lineWidth(line) <= room) ?? candidates[candidates.length - 1] ?? [];
  return spreadLine(fitIfNeeded(left, room, glyphs.ellipsis), [...tabs, span(' ')], width, glyphs.ellipsis);
}

/** The bottom row: a message or how far the decisions are, then the keys that mean something now. */
export function footerLine(state: State, width: number): Line {
  const { glyphs } = state;
  const status: Line = state.message === null ? statusSpans(state) : [span(` ${state.message}  `, 'caution')];
  // While text is typed, keys are letters.
  const live = isTyping(state) ? [] : bindings;
  const shown = live.filter((binding) => binding.hint !== undefined && binding.when(state));
  // Help and the way out stay whatever the width.
  const kept = shown.filter((binding) => binding.keys.includes('?') || binding.keys.includes('q'));
  const chosen = new Set<Binding>(kept);
  const used = () =>
    lineWidth(status) + [...chosen].reduce((sum, binding) => sum + lineWidth(hint(binding, state)), 2);
  for (const binding of shown) {
    chosen.add(binding);
    if (used() > width && !kept.includes(binding)) chosen.delete(binding);
  }
  const hints = shown.filter((binding) => chosen.has(binding)).flatMap((binding) => hint(binding, state));
  return spreadLine(status, hints, width, glyphs.ellipsis);
}

function hint(binding: Binding, state: State): Line {
  const disabled = binding.disabledReason(state) !== null;
  // A key that can do nothing now is bracketed, not only dimmed.
  if (disabled) return [span(`(${binding.label} ${binding.hint}) `, 'muted')];
  return [span(binding.label, 'accent'), span(` ${binding.hint}  `)];
}

function statusSpans(state: State): Line {
  const { glyphs } = state;
  if (screenOf(state) === 'applying' && state.phase.name === 'applying') {
    if (state.phase.stop === 'after statement') {
      return [
        span(' Stopping after this statement. ', 'caution'),
        span('Ctrl-C again cancels it on the server.'),
      ];
    }
    if (state.phase.stop === 'cancel')
      return [span(' Cancelling on the server; waiting for its answer.', 'caution')];
    return [];
  }
  if (screenOf(state) !== 'browse' || !state.data) return [];
  if (state.editingFilter) return [span(' Filter: Enter keeps it, Esc clears it.')];
  if (state.marks) return [span(' Marked: decide for all of them, Esc unmarks.', 'marked')];
  if (state.live.check?.isMoved) {
    const { moved } = state.live.check;
    return [span(` LIVE HAS MOVED (${moved.length}): R looks again, decisions are kept. `, 'danger')];
  }
  if (mustSeeTo(state)) return [span(' A run was cut short: A says how it goes on. ', 'caution')];
  const asked = openQuestions(state).length;
  const { decidable: total, blocked } = state.totals;
  const parts = [
    total > 0 ? `${state.decisions.size}/${total} decided` : '',
    blocked > 0 ? `${blocked} blocked` : '',
    asked > 0 ? countOf(asked, 'rename?', 'renames?') : '',
    state.ignoreWhitespace ? 'white space ignored' : '',
  ].filter((part) => part !== '');
  return [span(` ${parts.join(` ${glyphs.dot} `)}${parts.length > 0 ? '  ' : ''}`, 'muted')];
}

/** The tab whose label stands in a column of the header; null where none does. */
export function tabAt(state: State, column: number): Tab | null {
  if (state.data === null) return null;
  const spans = tabSpans(state);
  let at = state.size.columns - lineWidth(spans) - 1;
  for (const { text } of spans) {
    const tab = /^[[ ]([123]) /.exec(text)?.[1];
    if (tab && column >= at && column < at + text.length)
      return tab === '1' ? 'drift' : tab === '2' ? 'plan' : 'history';
    at += text.length;
  }
  return null;
}

function tabSpans(state: State): Line {
  const plan = currentPlan(state);
  const statements = plan?.steps.reduce((sum, step) => sum + step.statements.length, 0);
  const tabs: readonly (readonly [string, Tab, string])[] = [
    ['1', 'drift', `Drift ${state.totals.decidable}`],
    ['2', 'plan', statements === undefined ? 'Plan' : `Plan ${statements}`],
    ['3', 'history', 'History'],
  ];
  return tabs.flatMap(([key, tab, label], index) => {
    const current = state.tab === tab;
    // The current tab is told by its brackets as well as by its look.
    const text = current ? `[${key} ${label}]` : ` ${key} ${label} `;
    return [...(index > 0 ? [span(' ')] : []), span(text, current ? 'selected' : 'plain')];
  });
}

function fitIfNeeded(line: Line, width: number, ellipsis: string): Line {
  return lineWidth(line) > width ? fitLine(line, Math.max(0, width), ellipsis) : line;
}
