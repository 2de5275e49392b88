import { describe, expect, test } from 'vitest';
import { parseFileName } from '../../src/migrations/file-name.ts';

describe('a file name', () => {
  test.each([
    ['V1__create_users.sql', 'versioned', '1', 'create users'],
    ['V001__create_users.sql', 'versioned', '1', 'create users'],
    ['V1.0__x.sql', 'versioned', '1', 'x'],
    ['V1.10__x.sql', 'versioned', '1.10', 'x'],
    ['V20260131120000__x.sql', 'versioned', '20260131120000', 'x'],
    ['V00000000000000000000000007__x.sql', 'versioned', '7', 'x'],
    ['R__all_views.sql', 'repeatable', null, 'all views'],
    ['U7__create_users.sql', 'undo', '7', 'create users'],
    ['B5.1__start.sql', 'baseline', '5.1', 'start'],
    ['V1__naïve-names.v2.sql', 'versioned', '1', 'naïve-names.v2'],
  ])('%s is a migration', (name, kind, version, description) => {
    expect(parseFileName(name)).toEqual({ type: 'migration', name: { kind, version, description } });
  });

  test.each(['README.md', '.gitkeep', 'notes.txt', '.V1__x.sql.swp', 'Vault.md', 'update.sh'])(
    '%s belongs to something else',
    (name) => {
      expect(parseFileName(name)).toEqual({ type: 'other' });
    },
  );

  test.each([
    ['V1_create_users.sql', 'Two underscores', 'V1__create_users.sql'],
    ['V1-create.sql', 'Two underscores', 'V1__create.sql'],
    ['R_views.sql', 'Two underscores', 'R__views.sql'],
    ['V1___x.sql', 'Exactly two underscores', 'V1__x.sql'],
    ['v1__x.sql', 'upper-case letter', 'V1__x.sql'],
    ['r__x.sql', 'upper-case letter', 'R__x.sql'],
    ['V1.sql', 'description is missing', 'V1__<description>.sql'],
    ['V1__.sql', 'description is missing', 'V1__<description>.sql'],
    ['V__x.sql', 'version is missing', 'V<version>__x.sql'],
    ['R1__x.sql', 'no version', 'R__x.sql'],
    ['V1__x.SQL', 'lower case', 'V1__x.sql'],
    ['V1__x.sql.bak', '.sql', 'V1__x.sql'],
    ['V1__x', '.sql', 'V1__x.sql'],
    ['V1__add users.sql', 'no spaces', 'V1__add_users.sql'],
    ['V1_2__x.sql', 'separated by dots', 'V1.2__x.sql'],
    ['V1.__x.sql', 'Expected', 'V1__x.sql'],
    ['001_create.sql', 'starts with V', 'V001__create.sql'],
    ['0001_create.down.sql', 'starts with V', 'U0001__create.sql'],
    ['update_users.sql', 'starts with V', 'V<version>__update_users.sql, or to R__update_users.sql'],
  ])('%s nearly fits, and the right name is told', (name, reason, right) => {
    const found = parseFileName(name, `migrations/${name}`);
    expect(found).toMatchObject({
      type: 'near miss',
      diagnostic: {
        code: 'migration-name',
        severity: 'error',
        position: { file: `migrations/${name}` },
        detail: expect.stringContaining(reason),
        help: expect.stringContaining(`Rename it to ${right}`),
      },
    });
  });

  test('a version longer than the history column is refused', () => {
    expect(parseFileName('V12345678901234567890__x.sql').type).toBe('migration');
    expect(parseFileName('V123456789012345678901__x.sql')).toMatchObject({
      type: 'near miss',
      diagnostic: { detail: 'A version has at most 20 characters; this one has 21.' },
    });
  });

  test('both spellings of an accented letter are one description', () => {
    expect(parseFileName('R__cafe\u0301.sql')).toEqual(parseFileName('R__caf\u00e9.sql'));
  });
});
