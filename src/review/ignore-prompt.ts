import type { ObjectId } from '../catalog/object.ts';
import { formatIgnoreRules, type IgnoreNote } from '../plan/ignore-rules.ts';
import { decideFor } from './decide.ts';
import { reasonAgainst } from './decisions.ts';
import { span, wrapLine } from './screens/line.ts';
import type { FullScreen } from './screens/screens.ts';
import { targets } from './select.ts';
import type { State } from './state.ts';
import { countOf } from './words.ts';

/** Asks why objects are ignored and until when, before they are decided so. */
export type IgnorePrompt = {
  readonly ids: readonly ObjectId[];
  readonly field: 'reason' | 'until';
  readonly reason: string;
  readonly until: string;
  readonly wrong: string | null;
};

const dayMs = 86_400_000;

/** Opens the questions for the selected or marked objects, with the answers they already have. */
export function askIgnore(state: State): State {
  const wanted = new Set(targets(state));
  const ids = (state.data?.drift ?? [])
    .filter((item) => wanted.has(item.change.id) && reasonAgainst(item, 'ignore') === null)
    .map((item) => item.change.id);
  const known = state.ignoreNotes.get(ids[0] ?? '');
  const prompt = { ids, field: 'reason' as const, reason: known?.reason ?? '', until: known?.until ?? '' };
  return ids.length === 0 ? state : { ...state, ignorePrompt: { ...prompt, wrong: null } };
}

/** Changes the field that is asked for. */
export function editIgnore(state: State, prompt: IgnorePrompt, change: (text: string) => string): State {
  const text = change(prompt[prompt.field]).slice(0, 200);
  return { ...state, ignorePrompt: { ...prompt, [prompt.field]: text, wrong: null } };
}

/** Enter: from the reason to the end date, from there to the decision. */
export function submitIgnore(state: State, prompt: IgnorePrompt): State {
  const wrong = (text: string): State => ({ ...state, ignorePrompt: { ...prompt, wrong: text } });
  if (prompt.field === 'reason') {
    if (prompt.reason.trim() === '') return wrong('Say why: the next person will ask.');
    return { ...state, ignorePrompt: { ...prompt, field: 'until', wrong: null } };
  }
  const until = readUntil(prompt.until, state.nowMs);
  if (typeof until === 'object' && until !== null) return wrong(until.wrong);
  const note: IgnoreNote = { reason: prompt.reason.trim(), until };
  const ignoreNotes = new Map([...state.ignoreNotes, ...prompt.ids.map((id) => [id, note] as const)]);
  return decideFor({ ...state, ignoreNotes, ignorePrompt: null }, prompt.ids, 'ignore');
}

/** `2027-01-31`, or a number of days from today; nothing is for ever. */
function readUntil(text: string, nowMs: number): string | null | { readonly wrong: string } {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  if (/^\d{1,4}$/.test(trimmed)) return day(nowMs + Number(trimmed) * dayMs);
  const date = /^\d{4}-\d\d-\d\d$/.test(trimmed) ? Date.parse(trimmed) : Number.NaN;
  if (Number.isNaN(date) || day(date) !== trimmed)
    return { wrong: `"${trimmed}" is no date: YYYY-MM-DD, or a number of days.` };
  return date < nowMs - dayMs ? { wrong: `${trimmed} is over.` } : trimmed;
}

/** The questions, and under them the rules as they will stand in the file. */
export function ignoreScreen(state: State, prompt: IgnorePrompt, width: number, height: number): FullScreen {
  const field = (name: IgnorePrompt['field'], label: string) => {
    const isCurrent = prompt.field === name;
    return [
      span(`  ${label.padEnd(8)}`, 'muted'),
      span(`${prompt[name]}${isCurrent ? '_' : ''}`, isCurrent ? 'accent' : 'plain'),
    ];
  };
  const until = readUntil(prompt.until, state.nowMs);
  const note: IgnoreNote = {
    reason: prompt.reason.trim() === '' ? state.glyphs.ellipsis : prompt.reason.trim(),
    until: typeof until === 'string' ? until : null,
  };
  const drift = (state.data?.drift ?? [])
    .filter(({ change }) => prompt.ids.includes(change.id))
    .map(({ change }) => ({ change, decision: 'ignore' as const }));
  const rules = formatIgnoreRules(drift, new Map(prompt.ids.map((id) => [id, note])), '');
  const room = Math.max(1, height - 9);
  const lines = rules
    .slice(0, room)
    .flatMap((rule) => wrapLine([span('  + ', 'added'), span(rule)], width, 6));
  return {
    title: `Ignore ${countOf(prompt.ids.length, 'object')}`,
    lines: [
      [],
      field('reason', 'why'),
      field('until', 'until'),
      [],
      [span('  .trueupignore', 'muted')],
      ...lines.slice(0, room),
      ...(rules.length > room ? [[span(`  and ${rules.length - room} more`, 'muted')]] : []),
    ],
    pinned: [
      prompt.wrong === null ? [] : [span(`  ${prompt.wrong}`, 'caution')],
      ...wrapLine(
        [
          span(
            prompt.field === 'reason'
              ? '  Why is it there? Enter goes on, Esc leaves it undecided.'
              : '  Last day: YYYY-MM-DD or a number of days; nothing for ever. Enter decides.',
          ),
        ],
        width,
        2,
      ),
    ],
  };
}
