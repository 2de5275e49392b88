import { describe, expect, it } from 'vitest';
import { markdownMarker, renderDriftMarkdown, renderPlanMarkdown } from '../../src/render/markdown.ts';
import { altered, created, driftReport, planned, samplePlan } from './samples.ts';

describe('renderPlanMarkdown', () => {
  const text = renderPlanMarkdown(samplePlan);

  it('starts with the marker and shows data loss before anything else', () => {
    expect(text.startsWith(`${markdownMarker}\n\n## Plan: version 41 → 42\n`)).toBe(true);
    expect(
      text.indexOf('> [!CAUTION]\n> - DATA LOSS drop-table:public.extra: All rows of public.extra are lost.'),
    ).toBeGreaterThan(0);
    expect(text.indexOf('[!CAUTION]')).toBeLessThan(text.indexOf('| drift | 1 extra, 1 missing |'));
  });

  it('folds each object and step with its SQL', () => {
    expect(text).toContain(
      '<details><summary><code>+ table public.extra</code> extra, revert</summary>\n\n- **DATA LOSS drop-table:public.extra: All rows of public.extra are lost.**\n\n```sql\nDROP TABLE "public"."extra";\n```\n\n</details>',
    );
    expect(text).toContain('<details><summary>V42&#95;&#95;add&#95;email.sql: 2 statements</summary>');
    expect(text).toContain('- <code>- index public.users&#95;email&#95;idx</code> missing, leave');
  });
});

describe('renderDriftMarkdown', () => {
  it('says what is ignored and what is not compared', () => {
    const text = renderDriftMarkdown(driftReport);
    expect(text).toContain('## Drift: 4 extra, 1 missing, 1 changed, 1 renamed');
    expect(text).toContain('type: integer → bigint\ndefault value: none → 0');
    expect(text).toContain('Ignored by `.trueupignore`: 1 change.');
    expect(text).toContain('<summary>Not compared: 3 objects</summary>');
  });

  it('reads nothing of a name as HTML, Markdown or a mention', () => {
    const drift = [created('table:public."</code></details><img src=x> @team [a](b) `c`"')];
    const text = renderDriftMarkdown({ ...driftReport, drift });
    expect(text).not.toContain('<img');
    expect(text).not.toContain('@team');
    expect(text).not.toContain('[a](b)');
  });

  it('lets no text close its code block', () => {
    const drift = [
      altered('function:public.f()', null, [{ name: 'body', before: 'a', after: '```\n</details>' }]),
    ];
    expect(renderDriftMarkdown({ ...driftReport, drift })).toContain('````sql\n');
  });

  it('leaves out whole entries above the limit, and says how many', () => {
    const drift = Array.from({ length: 5000 }, (_, index) => created(`table:public.t${index}`));
    const text = renderDriftMarkdown({ ...driftReport, drift });
    expect(text.length).toBeLessThan(60_000);
    expect(text.length).toBeGreaterThan(50_000);
    const shown = [...text.matchAll(/<code>\+ table public/g)].length;
    expect(text).toContain(`**${5000 - shown} more entries not shown here: the comment would be too long.**`);
    expect(text).toContain('Ignored by');
  });

  it('stays below the limit with one huge statement and a long list of what is not compared', () => {
    const notCompared = Array.from({ length: 9000 }, (_, index) => ({
      kind: 'policy',
      name: `p${index} on t`,
    }));
    const steps = [
      { kind: 'repair' as const, title: 'r', migration: null, statements: [planned('x'.repeat(100_000))] },
    ];
    const text = renderPlanMarkdown({ ...samplePlan, notCompared, steps });
    expect(text.length).toBeLessThan(60_000);
    expect(text).toContain('Not compared: 9000 objects; too many to name here.');
    expect(text).toContain('not shown here');
  });
});
