import { Text } from 'ink';
import { createContext, type ReactNode, useContext } from 'react';
import { type RowBook, styleLine } from '../row-book.ts';
import type { Line } from '../screens/line.ts';
import { makeTheme, type Theme } from '../theme.ts';

/** Rows go into the book where there is a screen that fills them in; for a screen reader Ink writes them itself. */
const RowsContext = createContext<RowBook | null>(null);
export const RowsProvider = RowsContext.Provider;
const ThemeContext = createContext<Theme>(makeTheme({ color: false, ascii: true, background: 'dark' }));
export const ThemeProvider = ThemeContext.Provider;

export function useTheme(): Theme {
  return useContext(ThemeContext);
}

/** One screen row. The line already has its width: Ink neither wraps nor measures it twice. */
export function LineText({ line }: { readonly line: Line }): ReactNode {
  const { styles } = useTheme();
  const rows = useContext(RowsContext);
  if (rows) return <Text wrap="truncate">{rows.put(styleLine(line, styles))}</Text>;
  if (line.length === 0) return <Text> </Text>;
  return (
    <Text wrap="truncate">
      {line.map((piece, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no identity but their place.
        <Text key={index} {...styles[piece.role]}>
          {piece.text}
        </Text>
      ))}
    </Text>
  );
}
