import { expect, test } from 'vitest';
import { serverUrl } from '../support/servers.ts';
import { chooseKills, strikeOf } from './kill.ts';
import { startStage } from './stage.ts';

// `npm run test:faults` does the same with hundreds, and strikes the server too.
test('wherever a run is killed, journal, history and catalog agree, and the next one goes on from there', async () => {
  await using stage = await startStage(await serverUrl(17), 2);
  const kills = [...(await chooseKills(stage, 'process', 10)), ...(await chooseKills(stage, 'session', 6))];
  const reached = [];
  for (const kill of kills) {
    const struck = await stage.strike(kill.scenario, strikeOf(kill));
    expect(
      struck.faults,
      `${kill.scenario.name}, ${kill.victim}, message ${kill.message} ${kill.moment}`,
    ).toEqual([]);
    reached.push(struck.reached);
  }
  expect(reached).toContain('within the run');
}, 300_000);
