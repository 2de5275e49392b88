/** Terminal size in character cells. */
export type Size = { readonly columns: number; readonly rows: number };

/** Below this nothing can be read safely, and only a note is shown. */
export const minSize: Size = { columns: 60, rows: 15 };

/** Where things stand on the screen. Widths and heights of panes include their borders; `rows` and `text` do not. */
export type Layout = {
  readonly bodyHeight: number;
  /** 0 when the detail pane takes the whole width. */
  readonly listWidth: number;
  readonly detailWidth: number;
  /** Rows of a list that are visible at once. */
  readonly listRows: number;
  /** Rows of the detail that are visible at once, its pinned row left out. */
  readonly detailRows: number;
  /** Columns of text in the detail pane. */
  readonly detailText: number;
};

/** Header and footer take one row each; the list gets a little less than half of the width, within reason. */
export function layOutScreen(
  size: Size,
  options: { readonly full: boolean; readonly pinned: boolean },
): Layout {
  const bodyHeight = Math.max(3, size.rows - 2);
  const wanted = Math.min(64, Math.max(30, Math.floor(size.columns * 0.45)));
  const listWidth = options.full ? 0 : Math.min(wanted, size.columns - 20);
  const detailWidth = Math.max(10, size.columns - listWidth);
  return {
    bodyHeight,
    listWidth,
    detailWidth,
    listRows: bodyHeight - 2,
    detailRows: Math.max(1, bodyHeight - 2 - (options.pinned ? 1 : 0)),
    detailText: Math.max(4, detailWidth - 4),
  };
}

/** Whether the terminal is too small for any screen. */
export function isTooSmall(size: Size): boolean {
  return size.columns < minSize.columns || size.rows < minSize.rows;
}

/** The first visible row after the selection moved: as little scrolling as possible, two rows kept in sight. */
export function scrollTo(top: number, index: number, visible: number, total: number): number {
  const margin = Math.min(2, Math.floor((visible - 1) / 2));
  const lowest = index - visible + 1 + margin;
  const highest = index - margin;
  const wanted = Math.min(Math.max(top, lowest), highest);
  return Math.max(0, Math.min(wanted, total - visible));
}
