import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generatedPages } from './pages.ts';

for (const { file, text } of generatedPages())
  await writeFile(join(import.meta.dirname, '../../docs', file), text);
