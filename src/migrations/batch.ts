import { parseDuration } from '../config/duration.ts';

/** What `-- trueup: batch` asks for. */
export type Batch = {
  /** Rows of the first batch that are looked at; the next ones are adapted. */
  readonly size: number;
  /** How long a batch is to take, in milliseconds. */
  readonly targetMs: number;
  /** Pause after each, in milliseconds. */
  readonly pauseMs: number;
};

/** Reads `size=1000 target=500ms pause=50ms`, each of which may be absent; or says which word is none of these. */
export function readBatch(argument: string): Batch | { readonly wrong: string } {
  const options = { size: 1000, targetMs: 500, pauseMs: 50 };
  for (const word of argument.split(/\s+/).filter(Boolean)) {
    const [, name, value = ''] = /^(size|target|pause)=(.+)$/.exec(word) ?? [];
    const durationMs = parseDuration(value);
    if (name === 'size' && /^[1-9]\d{0,6}$/.test(value)) options.size = Number(value);
    else if (name === 'target' && durationMs !== null && durationMs > 0) options.targetMs = durationMs;
    else if (name === 'pause' && durationMs !== null) options.pauseMs = durationMs;
    else return { wrong: word };
  }
  return options;
}
