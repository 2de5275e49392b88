import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../package-root.ts';

/** A folder that is gone when it is disposed of. */
export type SampleCopy = AsyncDisposable & { readonly root: string };

const parts = ['trueup.config.yaml', 'migrations', 'snapshots'];

/** The sample project, which comes with the package, in a folder of its own: what a review writes is not kept. */
export async function copySample(): Promise<SampleCopy> {
  const root = await mkdtemp(join(tmpdir(), 'trueup-demo-'));
  const dispose = () => rm(root, { recursive: true, force: true });
  try {
    for (const part of parts) {
      await cp(join(packageRoot, part), join(root, part), { recursive: true }).catch((error) => {
        // The published package has no snapshots.
        if (error.code !== 'ENOENT') throw error;
      });
    }
    return { root, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}
