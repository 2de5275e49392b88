import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadProject } from '../../src/config/load.ts';
import type { Diagnostic } from '../../src/errors.ts';
import { TrueupError } from '../../src/errors.ts';

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'trueup-config-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

function write(file: string, text: string): void {
  writeFileSync(join(cwd, file), text);
}

async function problem(configFile?: string): Promise<Diagnostic> {
  try {
    await loadProject({ cwd, configFile });
  } catch (error) {
    if (error instanceof TrueupError && error.diagnostics[0]) return error.diagnostics[0];
    throw error;
  }
  throw new Error('the project was loaded');
}

describe('loadProject', () => {
  it.each([
    ['trueup.config.yaml', 'name: shop\nenvironments:\n  dev: {}\n'],
    ['trueup.config.yml', 'name: shop\nenvironments: {dev: {}}\n'],
    ['trueup.config.json', '\uFEFF{"name": "shop", "environments": {"dev": {}}}'],
    ['trueup.config.js', 'export default { name: "shop", environments: { dev: {} } };'],
    ['trueup.config.mjs', 'export default { name: "shop", environments: { dev: {} } };'],
    ['trueup.config.ts', 'const name: string = "shop";\nexport default { name, environments: { dev: {} } };'],
    ['trueup.config.ts', 'export default async () => ({ name: "shop", environments: { dev: {} } });'],
  ])('loads %s', async (file, text) => {
    write(file, text);
    const project = await loadProject({ cwd });
    expect(project).toMatchObject({ root: cwd, configFile: file, config: { name: 'shop' } });
    expect([...project.config.environments.keys()]).toEqual(['dev']);
  });

  it('takes a folder migrations for a project with the defaults', async () => {
    mkdirSync(join(cwd, 'migrations'));
    expect(await loadProject({ cwd })).toMatchObject({
      root: cwd,
      configFile: null,
      config: { migrations: 'migrations' },
    });
  });

  it.each(['', '# nothing yet\n', '---\n'])(
    'takes a YAML file that holds %j for the defaults',
    async (text) => {
      write('trueup.config.yaml', text);
      expect((await loadProject({ cwd })).config.migrations).toBe('migrations');
    },
  );

  it('takes the folder of the file asked for as the root', async () => {
    mkdirSync(join(cwd, 'app'));
    write('app/other.yaml', 'name: other\n');
    expect(await loadProject({ cwd, configFile: 'app/other.yaml' })).toMatchObject({
      root: join(cwd, 'app'),
      configFile: 'app/other.yaml',
      config: { name: 'other' },
    });
  });

  it('points at `trueup init` where there is no project', async () => {
    expect(await problem()).toMatchObject({
      code: 'config-missing',
      help: expect.stringContaining('trueup init'),
    });
  });

  it('says that the file asked for is missing', async () => {
    expect(await problem('nope.yaml')).toMatchObject({
      code: 'config-missing',
      summary: 'The configuration file nope.yaml does not exist.',
    });
  });

  it('refuses two configurations', async () => {
    write('trueup.config.json', '{}');
    write('trueup.config.yaml', '');
    expect(await problem()).toMatchObject({
      summary: 'There is more than one configuration: trueup.config.json, trueup.config.yaml.',
    });
  });

  it.each([
    ['trueup.config.yaml', 'name: a\nurl: [1, 2\nx: 3\n', 3, 1, 'x: 3'],
    ['trueup.config.json', '{\n  "name": "a",\n}\n', 3, 1, '}'],
    ['trueup.config.json', '{\n  "name": a\n}\n', 2, 11, '  "name": a'],
    ['trueup.config.json', '{"name": "a"', 1, 13, '{"name": "a"'],
    ['trueup.config.ts', 'export default {\n  name: = 2\n};\n', 2, 9, '  name: = 2'],
  ])('says where %s (%j) cannot be parsed', async (file, text, line, column, sourceLine) => {
    write(file, text);
    expect(await problem()).toMatchObject({
      code: 'config-unparsable',
      position: { file, line, column },
      sourceLine,
    });
  });

  it('says what a configuration that throws said', async () => {
    write('trueup.config.ts', 'throw new Error("no such vault");');
    expect(await problem()).toMatchObject({ summary: 'The configuration cannot be read: no such vault' });
  });

  it('reports keys with the file they stand in', async () => {
    write('trueup.config.yaml', 'nam: x\n');
    expect(await problem()).toMatchObject({
      position: { file: 'trueup.config.yaml' },
      summary: 'Unknown key nam.',
    });
  });
});
