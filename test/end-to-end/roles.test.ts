import { expect, test } from 'vitest';
import { freshDatabase } from '../support/servers.ts';
import { project, query, trueup } from './command-line.ts';

test("live's role plays the part of the migrations': no drift, repairs in its name, adoption in theirs", async () => {
  await using database = await freshDatabase(16);
  const [app, dev] = [`${database.name}_app`, `${database.name}_dev`];
  const environment = { url: database.url, roles: { [dev]: app } };
  await using folder = await project({
    'trueup.config.json': JSON.stringify({
      compare: { owners: true },
      environments: { dev: environment, unmapped: { url: database.url } },
      defaultEnvironment: 'dev',
    }),
    'migrations/V1__orders.sql': `CREATE TABLE orders (id bigint PRIMARY KEY, buyer text);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON orders TO ${app} USING (buyer = current_user);
GRANT SELECT (id), UPDATE (buyer) ON orders TO ${app};
ALTER DEFAULT PRIVILEGES FOR ROLE ${app} GRANT SELECT ON TABLES TO PUBLIC;
CREATE VIEW buyers AS SELECT buyer FROM orders;
ALTER VIEW buyers OWNER TO ${app};
DO $$ BEGIN EXECUTE format('ALTER ROLE ${app} IN DATABASE %I SET work_mem = ''3MB''', current_database()); END $$;
`,
  });
  const run = async (code: number, ...args: readonly string[]) => {
    const ended = await trueup(folder.root, args);
    expect(ended.code, `trueup ${args.join(' ')}\n${ended.stdout}${ended.stderr}`).toBe(code);
    return ended.stdout;
  };
  await query(database.url, `CREATE ROLE ${app}`);
  // Migrations run as they are written, so their role is there while they do.
  await run(0, 'apply', '--env', 'unmapped', '--yes', '-q');
  await query(database.url, `ALTER ROLE ${app} RENAME TO ${dev}`);

  await run(0, 'drift');
  expect(await run(2, 'drift', '--env', 'unmapped')).toContain(dev);

  await query(
    database.url,
    `REVOKE UPDATE (buyer) ON orders FROM ${dev}; ALTER POLICY own ON orders TO PUBLIC; ALTER VIEW buyers OWNER TO CURRENT_USER;
     ALTER DEFAULT PRIVILEGES FOR ROLE ${dev} REVOKE SELECT ON TABLES FROM PUBLIC;
     ALTER ROLE ${dev} IN DATABASE ${database.name} RESET work_mem`,
  );
  expect(await run(2, 'drift')).not.toContain(app);
  const repair = await run(0, 'plan', '--on-drift', 'revert', '--format', 'sql');
  expect(repair).toContain(`GRANT UPDATE ("buyer") ON TABLE "public"."orders" TO "${dev}"`);
  expect(repair).toContain(`ALTER VIEW "public"."buyers" OWNER TO "${dev}"`);
  expect(repair).toContain(`ALTER ROLE "${dev}" IN DATABASE`);
  expect(repair).not.toContain(app);
  await run(0, 'apply', '--yes', '-q', '--on-drift', 'revert');
  await run(0, 'drift');

  await query(
    database.url,
    `GRANT INSERT ON orders TO ${dev}; CREATE POLICY all_of_it ON orders TO ${dev} USING (true)`,
  );
  await run(0, 'apply', '--yes', '-q', '--on-drift', 'adopt');
  const adopted = await folder.read('migrations/V2__adopt_drift.sql');
  expect(adopted).toContain(`GRANT INSERT ON TABLE "public"."orders" TO "${app}"`);
  expect(adopted).not.toContain(dev);
  await run(0, 'drift');
}, 300_000);
