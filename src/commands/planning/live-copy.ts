import { comparedCatalog } from '../../catalog/compared.ts';
import type { Catalog, Registry } from '../../catalog/kind.ts';
import type { Session } from '../../database/session.ts';
import { buildCopy, type LiveCopy, type RunSteps } from '../../plan/rehearse.ts';
import { introspectEmpty } from '../../replay/empty.ts';
import { startAs } from '../../replay/engine.ts';
import { runWithStandIns } from '../../replay/run-steps.ts';
import { createStandIns } from '../../replay/stand-ins.ts';
import type { OpenEngine } from '../assess/assessment.ts';
import { sharedOf } from './shared-of.ts';

export type CopiesInput = {
  readonly openEngine: OpenEngine;
  /** Those of the migrations; what live has besides is learnt from its catalog. */
  readonly extensions: readonly string[];
  /** Where a plan will surely be made: the first engine starts as soon as this is settled. */
  readonly startAfter: Promise<unknown> | null;
  readonly registry: Registry;
  /** Those that count, for a live database of that version. */
  readonly kindsFor: (serverVersion: number) => Registry;
  readonly cacheDirectory?: string | undefined;
  readonly signal?: AbortSignal | undefined;
};

/** Copies of live for rehearsals, made while something else is going on. Closes those nobody took: `await using`. */
export type Copies = AsyncDisposable & {
  /** Begins the next copy, unless it is begun. */
  readonly begin: (live: Catalog) => void;
  /** The next copy. The caller closes its engine. */
  readonly take: (live: Catalog) => Promise<LiveCopy>;
};

type Empty = { readonly engine: Session; readonly catalog: Catalog; readonly extensions: readonly string[] };

/**
 * `startAfter` starts an empty embedded database before live is known: it takes about as long as the replay, and in
 * its own thread nothing waits for it. What fails here is told by `take`.
 */
export function prepareCopies(input: CopiesInput): Copies {
  const { openEngine, extensions, startAfter, registry, kindsFor, cacheDirectory, signal } = input;
  const open = async (wanted: readonly string[]): Promise<Empty> => {
    const engine = await openEngine(wanted);
    try {
      return { engine, catalog: await introspectEmpty(engine, registry, cacheDirectory), extensions: wanted };
    } catch (error) {
      await engine.close();
      throw error;
    }
  };
  const build = async (live: Catalog, opening: Promise<Empty>): Promise<LiveCopy> => {
    let empty = await opening;
    const missing = extensionsOf(live).filter((name) => !empty.extensions.includes(name));
    if (missing.length > 0) {
      await empty.engine.close();
      empty = await open([...empty.extensions, ...missing]);
    }
    const run: RunSteps = async (session, steps) => (await runWithStandIns(session, steps, { signal })).steps;
    const { engine, catalog } = empty;
    const kinds = kindsFor(live.serverVersion);
    try {
      await startAs(engine, live.serverVersion);
      await createStandIns(engine, sharedOf(live, kinds));
      return await buildCopy({ engine, empty: comparedCatalog(catalog, kinds), live, registry: kinds, run });
    } catch (error) {
      // An interrupt, say: a scratch database on a server must not stay behind.
      await engine.close();
      throw error;
    }
  };
  let opening = startAfter && quiet(startAfter.then(() => open(extensions)));
  let copy: Promise<LiveCopy> | null = null;
  const begin = (live: Catalog) => {
    copy ??= quiet(build(live, opening ?? open(extensions)));
    opening = null;
    return copy;
  };
  return {
    begin,
    take: (live) => {
      const taken = begin(live);
      copy = null;
      return taken;
    },
    [Symbol.asyncDispose]: async () => {
      const unused = await (copy ?? opening)?.catch(() => null);
      await unused?.engine.close();
    },
  };
}

function extensionsOf(live: Catalog): readonly string[] {
  return [...live.objects.values()].flatMap(({ ref }) =>
    ref.kind === 'extension' ? [ref.path[0] ?? ''] : [],
  );
}

/** Its failure is told to whoever asks for it, and is no unhandled one until then. */
function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
