import { expect, test } from 'vitest';
import { checksum } from '../../src/migrations/checksum.ts';

test('is MD5 in hex', () => {
  expect(checksum('')).toBe('d41d8cd98f00b204e9800998ecf8427e');
  expect(checksum('a\nb')).toBe('8cdeb44417f3c26826595d5820cf5700');
});

test('does not change with line ends or a byte order mark', () => {
  const plain = checksum('SELECT 1;\nSELECT 2;\n');
  expect(checksum('SELECT 1;\r\nSELECT 2;\r\n')).toBe(plain);
  expect(checksum('SELECT 1;\rSELECT 2;\r')).toBe(plain);
  expect(checksum('\uFEFFSELECT 1;\nSELECT 2;\n')).toBe(plain);
});

test('changes with anything else', () => {
  const plain = checksum('SELECT 1;\n');
  expect(checksum('SELECT 1;')).not.toBe(plain);
  expect(checksum('SELECT  1;\n')).not.toBe(plain);
  expect(checksum('select 1;\n')).not.toBe(plain);
});
