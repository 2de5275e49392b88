/** The signals that ask a command to stop, as data for `Io`. */
export type Interrupt = {
  readonly signal: AbortSignal;
  readonly onSecond: (listener: () => void) => () => void;
};

type SignalSource = { on(name: 'SIGINT' | 'SIGTERM' | 'SIGHUP', listener: () => void): unknown };

/**
 * The first SIGINT, SIGTERM or SIGHUP aborts the signal: commands stop where nothing is half done. Later ones
 * go to listeners, which may cancel the running statement; `onUnheard` is called where there is none.
 */
export function openInterrupt(source: SignalSource, onUnheard: () => void): Interrupt {
  const controller = new AbortController();
  const listeners = new Set<() => void>();
  const onSignal = () => {
    if (!controller.signal.aborted) controller.abort();
    else if (listeners.size === 0) onUnheard();
    else for (const listener of listeners) listener();
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) source.on(name, onSignal);
  return {
    signal: controller.signal,
    onSecond: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
