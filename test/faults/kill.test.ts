import { expect, test } from 'vitest';
import { serverUrl } from '../support/servers.ts';
import { chooseKills, startKiller } from './kill.ts';

// `npm run test:faults` does the same with hundreds.
test('wherever a run is killed, journal, history and catalog agree, and the next one goes on from there', async () => {
  await using killer = await startKiller(await serverUrl(17), 2);
  const kills = await chooseKills(killer, 8);
  const reached = [];
  for (const kill of kills) {
    const killed = await killer.kill(kill);
    expect(killed.faults, `${kill.scenario.name}, message ${kill.message} ${kill.moment}`).toEqual([]);
    reached.push(killed.reached);
  }
  expect(reached).toContain('within the run');
}, 300_000);
