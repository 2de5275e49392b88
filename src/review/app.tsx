import { Box } from 'ink';
import { type ReactNode, useMemo, useSyncExternalStore } from 'react';
import { Body } from './components/body.tsx';
import { LineText, RowsProvider, ThemeProvider } from './components/line-text.tsx';
import type { RowBook } from './row-book.ts';
import { footerLine, headerLine } from './screens/bars.ts';
import { tooSmallLines } from './screens/screens.ts';
import { screenOf } from './select.ts';
import type { Store } from './store.ts';
import { makeTheme } from './theme.ts';

/** The whole screen: header, body, footer, at exactly the terminal's size. Keys do not come through here. */
export function App({
  store,
  ascii,
  rows: book,
}: {
  readonly store: Store;
  readonly ascii: boolean;
  readonly rows: RowBook | null;
}): ReactNode {
  const state = useSyncExternalStore(store.subscribe, store.get);
  const { color, background } = state;
  const theme = useMemo(() => makeTheme({ color, ascii, background }), [color, ascii, background]);
  const { columns, rows } = state.size;
  if (screenOf(state) === 'too small') {
    return (
      <ThemeProvider value={theme}>
        <Box flexDirection="column" width={columns} height={rows} overflow="hidden">
          {tooSmallLines(state).map((line) => (
            <LineText key={line[0]?.text} line={line} />
          ))}
        </Box>
      </ThemeProvider>
    );
  }
  return (
    <ThemeProvider value={theme}>
      <RowsProvider value={book}>
        <Box flexDirection="column" width={columns} height={rows}>
          <LineText line={headerLine(state, columns)} />
          <Body state={state} />
          <LineText line={footerLine(state, columns)} />
        </Box>
      </RowsProvider>
    </ThemeProvider>
  );
}
