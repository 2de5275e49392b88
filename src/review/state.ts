import type { ApplyEvent, ServerProgress } from '../apply/event.ts';
import type { ObjectId } from '../catalog/object.ts';
import type { RenameAnswer } from '../diff/kept-renames.ts';
import type { Diagnostic, SourcePosition } from '../errors.ts';
import type { RunStatement } from '../migrations/history.ts';
import type { IgnoreNote } from '../plan/ignore-rules.ts';
import type { Decision, Plan } from '../plan/plan.ts';
import type { Decisions } from './decisions.ts';
import type { Evolution, RunStatements } from './history.ts';
import type { IgnorePrompt } from './ignore-prompt.ts';
import type { Cell } from './keys.ts';
import type { Size } from './layout.ts';
import type { LiveCheck, LiveState } from './live-check.ts';
import type { MapState } from './map.ts';
import type { ReviewData } from './port.ts';
import type { RenameState } from './renames.ts';
import type { ChangeTree, Row } from './rows.ts';
import type { RunProgress } from './run.ts';
import type { Detail } from './screens/detail.ts';
import type { Highlight } from './screens/highlight.ts';
import type { Background, Glyphs } from './theme.ts';
import type { InDoubt, Resuming } from './unfinished.ts';

export type Tab = 'drift' | 'plan' | 'history';

/** Which screen has the floor. Times are milliseconds since the epoch. */
export type Phase =
  | {
      readonly name: 'loading';
      readonly lines: readonly string[];
      readonly startedMs: number;
      /** After a failed run: make the plan again and ask to confirm it. */
      readonly thenConfirm: boolean;
    }
  | { readonly name: 'load failed'; readonly diagnostics: readonly Diagnostic[] }
  | { readonly name: 'browse' }
  /** The latest run was cut short, or is going on. */
  | { readonly name: 'unfinished' }
  /** Live is no longer what was reviewed. */
  | { readonly name: 'stale' }
  | { readonly name: 'confirm'; readonly plan: Plan; readonly typed: string; readonly wrong: string | null }
  | {
      readonly name: 'applying';
      readonly plan: Plan;
      readonly run: RunProgress;
      readonly stop: 'no' | 'after statement' | 'cancel';
      readonly progress: ServerProgress | null;
    }
  | {
      readonly name: 'result';
      readonly plan: Plan;
      readonly run: RunProgress;
      /** What ended the run when it ended without a report. */
      readonly diagnostics: readonly Diagnostic[];
    }
  | { readonly name: 'leaving'; readonly exitCode: 0 | 1 | 130 };

/** The plan and the decisions it was made under; it is current while those are still the decisions. */
export type PlanState =
  | { readonly status: 'none' }
  | { readonly status: 'making'; readonly startedMs: number; readonly thenConfirm: boolean }
  | { readonly status: 'ready'; readonly plan: Plan; readonly decisions: Decisions }
  | { readonly status: 'failed'; readonly diagnostics: readonly Diagnostic[]; readonly decisions: Decisions };

/** Where a list stands. The key survives new data; index and top follow from it. */
export type ListState = {
  readonly key: string | null;
  readonly index: number;
  readonly top: number;
  readonly filter: string;
};

/** Rows chosen together: from an anchor to the selected one, or a whole group. */
export type Marks = { readonly type: 'range' | 'group'; readonly key: string };

/** How often each thing was asked for: an increase is what makes it happen, see `effects.ts`. */
export type Requests = {
  readonly load: number;
  readonly answer: number;
  readonly plan: number;
  readonly apply: number;
  readonly stop: number;
  readonly cancel: number;
  readonly copy: number;
  readonly suspend: number;
  readonly edit: number;
  readonly evolution: number;
  readonly runStatements: number;
  readonly check: number;
};

export type State = {
  readonly size: Size;
  readonly nowMs: number;
  readonly glyphs: Glyphs;
  readonly color: boolean;
  readonly background: Background;
  /** What is looked at, for people, while nothing more is known. */
  readonly label: string;
  readonly phase: Phase;
  readonly data: ReviewData | null;
  /** Colours SQL; null until the scanner is there, and where there are no colours. */
  readonly highlight: Highlight | null;
  readonly tab: Tab;
  readonly focus: 'list' | 'detail';
  readonly lists: Readonly<Record<Tab, ListState>>;
  /** Keys of rows whose fold is not the default one. */
  readonly toggled: ReadonlySet<string>;
  readonly editingFilter: boolean;
  readonly decisions: Decisions;
  readonly marks: Marks | null;
  /** Reasons and ends of what is ignored. */
  readonly ignoreNotes: ReadonlyMap<ObjectId, IgnoreNote>;
  readonly ignorePrompt: IgnorePrompt | null;
  readonly renames: RenameState;
  /** That a run which was cut short goes on; null while nobody has said so. */
  readonly resuming: Resuming | null;
  /** The map that is open. */
  readonly map: MapState | null;
  /** Whether clicks and the wheel are taken; the terminal's own selection then needs Shift. */
  readonly isMouseOn: boolean;
  /** What the last `e` opens in the editor. */
  readonly editing: SourcePosition | null;
  readonly full: boolean;
  readonly sideBySide: boolean;
  readonly ignoreWhitespace: boolean;
  /** First visible row of the help; null while it is closed. */
  readonly helpTop: number | null;
  readonly detailTop: number;
  /** First visible row of a screen that takes the place of the lists. */
  readonly screenTop: number;
  readonly plan: PlanState;
  /** One line in the footer, until the next key. */
  readonly message: string | null;
  readonly live: LiveState;
  readonly evolution: Evolution;
  readonly runStatements: RunStatements;
  /** What the last copy put on the clipboard. */
  readonly clipboard: string;
  readonly requests: Requests;
  /** Set once a run was started and ended: the exit code that leaving will have. */
  readonly lastRun: RunProgress | null;
  /** Drifted objects that are decided on their own, and those of them that can only be left; kept by `settle`. */
  readonly totals: { readonly decidable: number; readonly blocked: number };
  /** Rows of the tab, kept by `settle`. */
  readonly rows: readonly Row[];
  /** Of the data, kept by `settle`. */
  readonly tree: ChangeTree | null;
  /** The right pane for the selected row, worked out when it is first looked at. */
  readonly detail: () => Detail;
};

/** What the outside reports. `request` tells late answers from awaited ones. */
export type Report =
  | { readonly type: 'resized'; readonly size: Size }
  | { readonly type: 'ticked'; readonly nowMs: number }
  | { readonly type: 'load progressed'; readonly request: number; readonly line: string }
  | { readonly type: 'loaded'; readonly request: number; readonly data: ReviewData }
  | { readonly type: 'load failed'; readonly request: number; readonly diagnostics: readonly Diagnostic[] }
  | {
      readonly type: 'renames answered';
      readonly request: number;
      readonly data: ReviewData;
      /** Why the answers could not be kept. */
      readonly problem: string | null;
    }
  | {
      readonly type: 'renames refused';
      readonly request: number;
      readonly diagnostics: readonly Diagnostic[];
    }
  | { readonly type: 'plan made'; readonly request: number; readonly plan: Plan }
  | { readonly type: 'plan failed'; readonly request: number; readonly diagnostics: readonly Diagnostic[] }
  | { readonly type: 'run progressed'; readonly event: ApplyEvent; readonly nowMs: number }
  | { readonly type: 'versions progressed'; readonly request: number; readonly line: string }
  | {
      readonly type: 'versions read';
      readonly request: number;
      readonly evolution: Extract<Evolution, { status: 'read' | 'failed' }>;
    }
  | {
      readonly type: 'run statements read';
      readonly runId: string;
      readonly statements: readonly RunStatement[];
    }
  | { readonly type: 'checked'; readonly request: number; readonly check: LiveCheck; readonly nowMs: number }
  | { readonly type: 'check failed'; readonly request: number; readonly diagnostics: readonly Diagnostic[] }
  | { readonly type: 'server progressed'; readonly progress: ServerProgress | null }
  | { readonly type: 'file edited'; readonly changed: boolean; readonly problem: string | null }
  | { readonly type: 'scanner loaded'; readonly highlight: Highlight }
  | { readonly type: 'run ended'; readonly diagnostics: readonly Diagnostic[] };

/** What the user asks for. */
export type Command =
  | { readonly type: 'move'; readonly by: number }
  | { readonly type: 'page'; readonly by: 1 | -1 }
  | { readonly type: 'move to'; readonly end: 'first' | 'last' }
  | { readonly type: 'next change'; readonly by: 1 | -1 }
  | { readonly type: 'show tab'; readonly tab: Tab }
  | { readonly type: 'switch pane' }
  | { readonly type: 'open' }
  | { readonly type: 'fold'; readonly folded: boolean }
  | { readonly type: 'decide'; readonly decision: Decision | 'next' }
  | { readonly type: 'mark'; readonly marks: 'range' | 'group' }
  | { readonly type: 'ask renames' }
  | { readonly type: 'answer rename'; readonly answer: RenameAnswer | null }
  | { readonly type: 'filter' }
  | { readonly type: 'typed'; readonly text: string }
  | { readonly type: 'erased' }
  | { readonly type: 'submitted' }
  | { readonly type: 'escaped' }
  | { readonly type: 'toggle'; readonly what: 'side by side' | 'whitespace' | 'help' }
  | { readonly type: 'copy' }
  | { readonly type: 'edit file' }
  | { readonly type: 'map' }
  | { readonly type: 'mouse' }
  | { readonly type: 'click'; readonly cell: Cell }
  | { readonly type: 'wheel'; readonly cell: Cell; readonly by: 1 | -1 }
  | { readonly type: 'go on'; readonly inDoubt: InDoubt | null }
  | { readonly type: 'background'; readonly is: Background }
  | { readonly type: 'reload' }
  | { readonly type: 'apply' }
  | { readonly type: 'retry' }
  | { readonly type: 'review again' }
  | { readonly type: 'quit' }
  | { readonly type: 'interrupt' }
  | { readonly type: 'suspend' }
  | { readonly type: 'refused'; readonly reason: string };

/** What moves something: in a list, a text, or on a screen of its own. */
export type MoveCommand = Extract<
  Command,
  { type: 'move' | 'page' | 'move to' | 'next change' | 'fold' | 'open' }
>;

export type Action = Report | Command;

/** The state in which the review starts: looking at the database. */
export function initialState(options: {
  readonly size: Size;
  readonly nowMs: number;
  readonly glyphs: Glyphs;
  readonly color: boolean;
  readonly background: Background;
  readonly label: string;
}): State {
  const list: ListState = { key: null, index: 0, top: 0, filter: '' };
  return {
    ...options,
    phase: { name: 'loading', lines: [], startedMs: options.nowMs, thenConfirm: false },
    data: null,
    highlight: null,
    tab: 'drift',
    focus: 'list',
    lists: { drift: list, plan: list, history: list },
    toggled: new Set(),
    editingFilter: false,
    decisions: new Map<ObjectId, Decision>(),
    marks: null,
    ignoreNotes: new Map<ObjectId, IgnoreNote>(),
    ignorePrompt: null,
    renames: { answers: new Map(), prompt: null, isAnswering: false, isKept: false },
    resuming: null,
    map: null,
    isMouseOn: true,
    editing: null,
    full: false,
    sideBySide: false,
    ignoreWhitespace: false,
    helpTop: null,
    detailTop: 0,
    screenTop: 0,
    plan: { status: 'none' },
    message: null,
    live: { isChecking: false, checkedMs: options.nowMs, check: null },
    evolution: { status: 'none' },
    runStatements: new Map(),
    clipboard: '',
    requests: {
      load: 1,
      answer: 0,
      plan: 0,
      apply: 0,
      stop: 0,
      cancel: 0,
      copy: 0,
      suspend: 0,
      edit: 0,
      check: 0,
      evolution: 0,
      runStatements: 0,
    },
    lastRun: null,
    totals: { decidable: 0, blocked: 0 },
    rows: [],
    tree: null,
    detail: () => ({ title: '', lines: [] }),
  };
}
