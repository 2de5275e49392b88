import { describe, expect, test } from 'vitest';
import { classify } from '../../src/apply/classify.ts';
import { backoffMs } from '../../src/apply/recover.ts';
import { DatabaseError } from '../../src/database/session.ts';

describe('an error during a run', () => {
  test.each([
    ['40P01', 'retry', 'deadlock'],
    ['40001', 'retry', 'serialization failure'],
    ['55P03', 'retry', 'lock timeout'],
    ['57P01', 'reconnect', 'the session was ended'],
    ['57P02', 'reconnect', 'another process of the server crashed'],
    ['57P03', 'reconnect', 'the server starts'],
    ['08006', 'reconnect', 'the connection broke'],
    ['ECONNRESET', 'reconnect', 'the connection was reset'],
    ['53300', 'reconnect', 'no connection left'],
    ['25006', 'reconnect', 'the server became a standby'],
    ['57014', 'stop', 'cancelled, or the statement timeout'],
    ['53100', 'stop', 'the disk is full'],
    ['53200', 'stop', 'no memory'],
    ['25P03', 'stop', 'idle in transaction too long'],
    ['42P01', 'stop', 'the statement is wrong'],
    ['23505', 'stop', 'the data is wrong'],
  ])('%s: %s (%s)', (code, reaction) => {
    expect(classify(new DatabaseError('said', { code }))).toBe(reaction);
  });
});

test('pauses grow, stay bounded, and are scattered', () => {
  const most = [1, 2, 3, 8, 30].map((attempt) => backoffMs(attempt, () => 1));
  expect(most).toEqual([200, 400, 800, 10_000, 10_000]);
  expect(backoffMs(3, () => 0)).toBe(400);
});
