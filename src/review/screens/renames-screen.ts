import { formatKind, formatName, ownName, parseId } from '../../catalog/object.ts';
import { type RenameAnswer, renamesFile } from '../../diff/kept-renames.ts';
import { questionsOf, type RenamePrompt, type RenameQuestion, renameKey } from '../renames.ts';
import type { State } from '../state.ts';
import { countOf } from '../words.ts';
import { definitionLines } from './definition.ts';
import { fitLine, type Line, lineWidth, span, spreadLine, wrapLine } from './line.ts';
import type { FullScreen } from './screens.ts';

/** All pairs of a missing and an extra object that are alike, each with its answer; below, the chosen pair compared. */
export function renamesScreen(state: State, prompt: RenamePrompt, width: number, height: number): FullScreen {
  const questions = questionsOf(state);
  const chosen = questions[prompt.index];
  const intro: Line = [span('Missing, extra, and alike: one that was renamed?')];
  // A short terminal has no room for blank rows.
  const blank: readonly Line[] = height > 14 ? [[]] : [];
  const pinned = answerLines(chosen, prompt, state, width);
  // The list gets what the comparison can spare, and at least three rows.
  const room = Math.max(3, Math.min(questions.length, Math.floor((height - 1 - pinned.length) / 2)));
  const top = Math.max(0, Math.min(prompt.index - Math.floor(room / 2), questions.length - room));
  const rows = questions
    .map((question, index) => questionLine(question, index === prompt.index, prompt, state, width))
    .slice(top, top + room);
  const open = questions.filter((one) => !prompt.answers.has(renameKey(one))).length;
  return {
    title: `Renames? ${countOf(questions.length, 'pair')}, ${open} to answer`,
    lines: [...blank, intro, ...blank, ...rows, ...blank, ...comparison(chosen, state, width)],
    pinned,
  };
}

function questionLine(
  question: RenameQuestion,
  isChosen: boolean,
  prompt: RenamePrompt,
  { glyphs }: State,
  width: number,
): Line {
  const from = parseId(question.from);
  const answer = prompt.answers.get(renameKey(question));
  const left = [
    span(`${isChosen ? glyphs.cursor : ' '} `, 'accent'),
    span(`${formatKind(from)} `, 'muted'),
    span(formatName(from), 'removed'),
    span(` ${glyphs.arrow} `),
    span(ownName(parseId(question.to)), 'added'),
  ];
  const percent = question.likeness === null ? null : Math.round(question.likeness * 100);
  const likeness = percent === null ? '' : `${percent} %${width < 72 ? '' : ' alike'}  `;
  const right = [
    span(likeness, 'muted'),
    span((answer ?? '? open').padEnd(12), answer === 'renamed' ? 'good' : answer ? 'plain' : 'caution'),
  ];
  // What was answered stays; long names are told below.
  const room = width - lineWidth(right) - 1;
  const line = spreadLine(
    lineWidth(left) > room ? fitLine(left, room, glyphs.ellipsis) : left,
    right,
    width,
    glyphs.ellipsis,
  );
  if (!isChosen) return line;
  return line.map(({ text }) => ({ text, role: 'selected' as const }));
}

function comparison(question: RenameQuestion | undefined, state: State, width: number): readonly Line[] {
  if (!question) return [];
  const view = { ...state, width, whole: true };
  const [from, to] = [parseId(question.from), parseId(question.to)];
  const names = `expected ${formatName(from)} ${state.glyphs.arrow} live ${formatName(to)}`;
  return [
    ...wrapLine([span(names, 'muted')], width),
    ...definitionLines(question.definitionBefore, question.definitionAfter, view),
  ];
}

/** What each answer makes of the pair. */
function answerLines(
  question: RenameQuestion | undefined,
  prompt: RenamePrompt,
  { glyphs }: State,
  width: number,
): readonly Line[] {
  const answer = question && prompt.answers.get(renameKey(question));
  const choice = (key: string, name: RenameAnswer, meaning: string) => {
    const isTaken = answer === name;
    return wrapLine(
      [
        span(`(${isTaken ? glyphs.chosen : ' '}) `, isTaken ? 'strong' : 'plain'),
        span(key, 'accent'),
        span(` ${name}: `, isTaken ? 'strong' : 'plain'),
        span(meaning),
      ],
      width,
      6,
    );
  };
  return [
    ...choice('y', 'renamed', 'one entry; reverting gives it its name back, its values stay'),
    ...choice('n', 'two objects', 'reverting drops the one and creates the other, empty'),
    ...wrapLine(
      [
        span(
          prompt.thenApply
            ? `Enter keeps the answers in ${renamesFile} and goes on to the plan. Esc applies nothing.`
            : `Enter keeps the answers in ${renamesFile}. Esc leaves them as they were.`,
          'muted',
        ),
      ],
      width,
    ),
  ];
}
