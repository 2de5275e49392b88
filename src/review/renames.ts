import type { ObjectId } from '../catalog/object.ts';
import type { Renaming } from '../diff/answer-renames.ts';
import type { AnsweredPair, RenameAnswer } from '../diff/kept-renames.ts';
import type { ReviewData } from './port.ts';
import { ask, wantPlan } from './request.ts';
import type { MoveCommand, State } from './state.ts';

/** One missing and one extra object that may be one that was renamed, with the SQL that makes each. */
export type RenameQuestion = Renaming & {
  /** The changes that tell of it: both halves, or the one of what has both in its definition. */
  readonly changes: readonly ObjectId[];
  /** As `RenameSuggestion` has it; null where only an answer that was kept makes them a pair. */
  readonly likeness: number | null;
  readonly definitionBefore: string;
  readonly definitionAfter: string;
  /** As it is kept; null: nobody has answered. */
  readonly answer: RenameAnswer | null;
};

/** By `renameKey`. A question without an answer counts as two objects. */
export type RenameAnswers = ReadonlyMap<string, RenameAnswer>;

export type RenameState = {
  readonly answers: RenameAnswers;
  /** The screen of questions; null while it is closed. */
  readonly prompt: RenamePrompt | null;
  /** The answers are being taken into the drift. */
  readonly isAnswering: boolean;
  /** Answers of this review were written into the file of answers. */
  readonly isKept: boolean;
};

/** Answers that are given now; they count once the screen is left with Enter. */
export type RenamePrompt = {
  readonly index: number;
  readonly answers: RenameAnswers;
  /** It was asked because of `A`, which goes on afterwards. */
  readonly thenApply: boolean;
};

/** What the answer to a question is kept under, also when live is looked at again. */
export function renameKey({ from, to }: Renaming): string {
  return `${from}=${to}`;
}

/** The questions of the drift; none before something is loaded. */
export function questionsOf({ data }: Pick<State, 'data'>): readonly RenameQuestion[] {
  return data?.renames ?? [];
}

/** Questions that nobody has answered. */
export function openQuestions(state: Pick<State, 'data' | 'renames'>): readonly RenameQuestion[] {
  return questionsOf(state).filter((one) => !state.renames.answers.has(renameKey(one)));
}

/** What is said of each pair. */
export function answeredPairs(state: Pick<State, 'data' | 'renames'>): readonly AnsweredPair[] {
  return questionsOf(state).map((one) => ({
    from: one.from,
    to: one.to,
    answer: state.renames.answers.get(renameKey(one)) ?? null,
  }));
}

/** Opens the questions, at the first without an answer, or at the one about an object. */
export function askRenames(state: State, about: ObjectId | null, thenApply: boolean): State {
  const questions = questionsOf(state);
  if (questions.length === 0) return state;
  const found = questions.findIndex(({ changes }) => about !== null && changes.includes(about));
  const open = questions.findIndex((one) => !state.renames.answers.has(renameKey(one)));
  const index = Math.max(0, found >= 0 ? found : open);
  const prompt = { index, answers: state.renames.answers, thenApply };
  return { ...state, renames: { ...state.renames, prompt }, marks: null };
}

/** Before a plan: whether something is to be reverted or adopted that may be half of a rename. */
export function mustAskRenames(state: State): boolean {
  const acts = (id: ObjectId) => ['revert', 'adopt'].includes(state.decisions.get(id) ?? 'leave');
  return openQuestions(state).some(({ changes }) => changes.some(acts));
}

/** Moves among the questions; Enter takes the answers. A page scrolls the comparison, as on any screen. */
export function moveInRenames(
  state: State,
  prompt: RenamePrompt,
  command: Exclude<MoveCommand, { type: 'page' }>,
): State {
  switch (command.type) {
    case 'move':
    case 'next change':
      return choose(state, prompt, prompt.index + command.by);
    case 'move to':
      return choose(state, prompt, command.end === 'first' ? 0 : questionsOf(state).length - 1);
    case 'fold':
      return state;
    case 'open':
      return submitRenames(state, prompt);
  }
}

function choose(state: State, prompt: RenamePrompt, wanted: number): State {
  const index = Math.max(0, Math.min(wanted, questionsOf(state).length - 1));
  return { ...state, renames: { ...state.renames, prompt: { ...prompt, index } } };
}

/** Answers the chosen question and goes to the next one; `null` takes the answer back. */
export function answerRename(state: State, prompt: RenamePrompt, answer: RenameAnswer | null): State {
  const question = questionsOf(state)[prompt.index];
  if (!question) return state;
  const answers = new Map(prompt.answers);
  if (answer === null) answers.delete(renameKey(question));
  else answers.set(renameKey(question), answer);
  const next = { ...prompt, answers };
  const answered = { ...state, renames: { ...state.renames, prompt: next } };
  return answer === null ? answered : choose(answered, next, next.index + 1);
}

/** Enter: the answers count and are kept. When they change the drift, it is told apart again without a look at live. */
function submitRenames(state: State, prompt: RenamePrompt): State {
  const isOther = (one: RenameQuestion) =>
    prompt.answers.get(renameKey(one)) !== state.renames.answers.get(renameKey(one));
  const isRename = (answers: RenameAnswers, one: RenameQuestion) => answers.get(renameKey(one)) === 'renamed';
  const told = questionsOf(state).filter(
    (one) => isRename(prompt.answers, one) !== isRename(state.renames.answers, one),
  );
  // What was decided about both halves is decided about the whole; of anything else nobody knows.
  const decisions = new Map(state.decisions);
  for (const one of told) {
    const [decision, ...others] = one.changes.map((id) => decisions.get(id));
    if (isRename(prompt.answers, one) && others.every((other) => other === decision)) {
      if (decision) decisions.set(one.to, decision);
    } else for (const id of [one.from, one.to, ...one.changes]) decisions.delete(id);
  }
  const renames = {
    ...state.renames,
    answers: prompt.answers,
    prompt: null,
    isAnswering: told.length > 0,
  };
  const closed: State = { ...state, renames, decisions: told.length > 0 ? decisions : state.decisions };
  const asked = questionsOf(state).some(isOther) ? ask(closed, 'answer') : closed;
  // While the drift is told apart the plan waits for it: see `renames answered`.
  return prompt.thenApply ? wantPlan({ ...asked, tab: 'plan', full: false, focus: 'list' }, true) : asked;
}

/** The answers that are kept. */
export function keptAnswers(data: ReviewData): RenameAnswers {
  return new Map(
    data.renames.flatMap((one) => (one.answer === null ? [] : [[renameKey(one), one.answer] as const])),
  );
}
