import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { editFile } from '../../src/commands/cli/editor.ts';
import { makePort } from './fixture.ts';
import { openReview } from './terminal.ts';

describe('ignoring', () => {
  it('asks why and until when, shows the rule, and gives both to the run', async () => {
    const calls: string[] = [];
    const review = openReview(makePort({ calls }), { columns: 120, rows: 40 });
    await review.shows('0/5 decided');
    review.press('/tmp\ri');
    await review.shows('Ignore 1 object', 'index:public.users_tmp_idx  # …', 'Why is it there?');
    review.press('\r');
    await review.shows('Say why');
    review.press('made by the report\r');
    await review.shows('Last day');
    review.press('2031-02-30\r');
    await review.shows('"2031-02-30" is no date');
    review.press('\u007f\u007f28\r');
    await review.shows('1/5 decided');
    review.press('2');
    await review.shows('writes .trueupignore');
    review.press('g\u001b[B');
    await review.shows('+ index:public.users_tmp_idx  # until=2031-02-28 made');
    review.press('A');
    await review.shows('Type shop', '.trueupignore');
    review.press('shop\r');
    await review.shows('APPLIED');
    expect(calls).toContain('ignore index:public.users_tmp_idx made by the report 2031-02-28');
    review.press('q');
    const { summary } = await review.result;
    expect(summary).toContain('\nWritten, to be committed: .trueupignore\nReport: .trueup/runs/2026');
  });

  it('of a group asks once', async () => {
    const review = openReview(makePort());
    await review.shows('0/5 decided');
    review.press('g*i');
    await review.shows('Ignore 5 objects', 'table:public.users_backup');
    review.press('legacy\r30\r');
    await review.shows('5 objects: ignore');
    review.press('j');
    await review.shows('5/5 decided');
    review.press('q');
    await review.result;
  });

  it('can be left, and nothing is decided', async () => {
    const review = openReview(makePort());
    await review.shows('0/5 decided');
    review.press('ihm');
    await review.shows('hm_');
    review.press('\u001b');
    await review.shows('Left as it was.');
    review.press('j');
    await review.shows('0/5 decided');
    review.press('q');
    await review.result;
  });
});

describe('adopting', () => {
  it('shows the migration before it is written', async () => {
    const review = openReview(makePort(), { columns: 120, rows: 40 });
    await review.shows('0/5 decided');
    review.press('/tmp\ra');
    await review.shows('Tab 2 shows the migration');
    review.press('2');
    await review.shows('writes V45__adopt_drift.sql');
    review.press('gj');
    await review.shows('CREATE INDEX users_tmp_idx', 'Written into the migrations folder');
    review.press('q');
    await review.result;
  });
});

describe('the editor', () => {
  it('opens the migration that last spoke of an object, and what changed is read again', async () => {
    const calls: string[] = [];
    const opened: string[] = [];
    let isScreenGivenBack = false;
    const review = openReview(makePort({ calls }), {
      edit: async ({ file, line }) => {
        opened.push(`${file}:${line}`);
        isScreenGivenBack = !review.rawMode() && review.written().endsWith('\u001b[?1049l');
        return true;
      },
    });
    await review.shows('0/5 decided');
    review.press('e');
    await review.shows('No file of a migration speaks of this.');
    review.press('/email\re');
    await review.shows('/email', '0/5 decided');
    await expect.poll(() => calls).toEqual(['load', 'load']);
    expect(opened).toEqual(['migrations/V43__email.sql:2']);
    expect(isScreenGivenBack).toBe(true);
    expect(review.rawMode()).toBe(true);
    review.press('q');
    await review.result;
  });

  it('that cannot be started is told', async () => {
    const position = { file: 'a.sql', line: 3, column: 1 };
    await expect(editFile('.', { EDITOR: '/no/such/editor' }, position)).rejects.toThrow(
      'set VISUAL or EDITOR',
    );
  });

  it('is the one that the user has set, and a changed file is noticed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'trueup-editor-'));
    writeFileSync(join(folder, 'a.sql'), 'SELECT 1;');
    writeFileSync(
      join(folder, 'ed.mjs'),
      `import { appendFileSync } from 'node:fs'; appendFileSync(process.argv[2], ' --');`,
    );
    const editor = `${process.execPath} ${join(folder, 'ed.mjs')}`;
    const position = { file: 'a.sql', line: 1, column: 1 };
    expect(await editFile(folder, { EDITOR: editor }, position)).toBe(true);
    expect(readFileSync(join(folder, 'a.sql'), 'utf8')).toBe('SELECT 1; --');
    expect(await editFile(folder, { VISUAL: 'true', EDITOR: editor }, position)).toBe(false);
  });
});
