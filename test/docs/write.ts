import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { snapshot } from '../../src/commands/snapshot.ts';
import { generatedPages } from './pages.ts';

const root = join(import.meta.dirname, '../..');

for (const { file, text } of generatedPages()) {
  const path = join(root, 'docs', file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
// The sample project's: a kind or a property more may show in it.
await snapshot({ cwd: root });
