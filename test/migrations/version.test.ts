import { expect, test } from 'vitest';
import { compareMigrations, compareVersions, normalizeVersion } from '../../src/migrations/version.ts';

test.each([
  ['2', '10'],
  ['1.2', '1.10'],
  ['1', '1.0.1'],
  ['9', '20260131120000'],
  ['20260131120000', '20260131120001'],
  ['90071992547409921', '90071992547409922'],
])('%s is before %s', (low, high) => {
  expect(compareVersions(low, high)).toBeLessThan(0);
  expect(compareVersions(high, low)).toBeGreaterThan(0);
});

test.each([
  ['001', '1'],
  ['1.0', '1'],
  ['1.0.0', '1.0'],
  ['1.02', '1.2'],
])('%s equals %s', (a, b) => {
  expect(compareVersions(a, b)).toBe(0);
  expect(normalizeVersion(a)).toBe(normalizeVersion(b));
});

test.each([
  ['0', '0'],
  ['0.0', '0'],
  ['100', '100'],
  ['1.10', '1.10'],
  ['', null],
  ['1.', null],
  ['v1', null],
])('the one form of "%s" is %s', (text, form) => {
  expect(normalizeVersion(text)).toBe(form);
});

test('baseline, versioned and undo of one version stand in this order, repeatable ones last by code units', () => {
  const keys = [
    { kind: 'repeatable', version: null, description: 'b' },
    { kind: 'undo', version: '2', description: 'x' },
    { kind: 'versioned', version: '10', description: 'x' },
    { kind: 'repeatable', version: null, description: 'Z' },
    { kind: 'versioned', version: '2', description: 'x' },
    { kind: 'baseline', version: '2', description: 'x' },
  ] as const;
  const sorted = keys
    .toSorted(compareMigrations)
    .map(({ kind, version, description }) => [kind, version ?? description]);
  expect(sorted).toEqual([
    ['baseline', '2'],
    ['versioned', '2'],
    ['undo', '2'],
    ['versioned', '10'],
    ['repeatable', 'Z'],
    ['repeatable', 'b'],
  ]);
});
