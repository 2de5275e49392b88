import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { generatedPages } from './docs/pages.ts';

const root = join(import.meta.dirname, '..');

describe('generated pages', () => {
  test.for(generatedPages())('docs/$file is current (npm run docs writes it)', ({ file, text }) => {
    expect(readFileSync(join(root, 'docs', file), 'utf8')).toBe(text);
  });
});

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs'))
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
];

describe('links', () => {
  test.for(pages)('those of %s lead to files that exist', (page) => {
    const text = readFileSync(join(root, page), 'utf8');
    const targets = [...text.matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)].map(
      ([, target = '']) => target,
    );
    const missing = targets.filter((target) => !existsSync(join(root, dirname(page), target)));
    expect(missing).toEqual([]);
  });
});
