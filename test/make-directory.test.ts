import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeDirectory } from '../src/make-directory.ts';

test('missing parents are made, and what is there stays', async () => {
  const root = await mkdtemp(join(tmpdir(), 'trueup-directory-'));
  onTestFinished(() => rm(root, { recursive: true }));
  const deep = join(root, 'a', 'b', 'c');
  await makeDirectory(deep, 0o700);
  await makeDirectory(deep);
  expect((await stat(deep)).mode & 0o777).toBe(0o700);
  await writeFile(join(root, 'file'), '');
  await expect(makeDirectory(join(root, 'file'))).rejects.toThrow('EEXIST');
  await expect(makeDirectory(join(root, 'file', 'below'))).rejects.toThrow('ENOTDIR');
});

test.runIf(process.platform === 'linux')('where nobody can make one it ends all the same', async () => {
  await expect(makeDirectory('/proc/nobody/here')).rejects.toThrow('ENOENT');
});
