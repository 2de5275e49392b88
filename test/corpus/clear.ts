import type { Session } from '../../src/database/session.ts';

/**
 * Makes a database as good as new, so that one engine serves many cases: starting one takes longer than a
 * case. Roles belong to the whole server and stay, unless `dropRoles`.
 */
export async function clear(session: Session, options: { readonly dropRoles?: boolean } = {}): Promise<void> {
  await session.exec('RESET ALL');
  await session.exec(`
    DO $clear$
    DECLARE r record;
    BEGIN
      SET LOCAL client_min_messages = error;
      FOR r IN SELECT evtname FROM pg_event_trigger LOOP EXECUTE format('DROP EVENT TRIGGER %I', r.evtname); END LOOP;
      -- Without a slot of their own they are dropped without a connection.
      FOR r IN SELECT s.subname FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid WHERE d.datname = current_database() LOOP
        EXECUTE format('ALTER SUBSCRIPTION %I DISABLE', r.subname);
        EXECUTE format('ALTER SUBSCRIPTION %I SET (slot_name = NONE)', r.subname);
        EXECUTE format('DROP SUBSCRIPTION %I', r.subname);
      END LOOP;
      FOR r IN SELECT pubname FROM pg_publication LOOP EXECUTE format('DROP PUBLICATION %I', r.pubname); END LOOP;
      FOR r IN SELECT extname FROM pg_extension WHERE extname <> 'plpgsql' LOOP
        EXECUTE format('DROP EXTENSION IF EXISTS %I CASCADE', r.extname);
      END LOOP;
      FOR r IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' LOOP
        EXECUTE format('DROP SCHEMA %I CASCADE', r.nspname);
      END LOOP;
      FOR r IN SELECT fdwname FROM pg_foreign_data_wrapper LOOP
        EXECUTE format('DROP FOREIGN DATA WRAPPER %I CASCADE', r.fdwname);
      END LOOP;
      FOR r IN SELECT castsource::regtype AS source, casttarget::regtype AS target FROM pg_cast WHERE oid >= 16384 LOOP
        EXECUTE format('DROP CAST (%s AS %s)', r.source, r.target);
      END LOOP;
      FOR r IN SELECT amname FROM pg_am WHERE oid >= 16384 LOOP
        EXECUTE format('DROP ACCESS METHOD %I CASCADE', r.amname);
      END LOOP;
      FOR r IN SELECT lanname FROM pg_language WHERE oid >= 16384 LOOP
        EXECUTE format('DROP LANGUAGE %I CASCADE', r.lanname);
      END LOOP;
      EXECUTE format('ALTER DATABASE %I RESET ALL', current_database());
      FOR r IN SELECT setrole::regrole AS role FROM pg_db_role_setting c JOIN pg_database d ON d.oid = c.setdatabase
               WHERE d.datname = current_database() AND c.setrole <> 0 LOOP
        EXECUTE format('ALTER ROLE %s IN DATABASE %I RESET ALL', r.role, current_database());
      END LOOP;
      ${options.dropRoles ? dropRoles : ''}
      -- Default privileges of the superuser belong to no schema.
      SET LOCAL allow_system_table_mods = on;
      DELETE FROM pg_shdepend WHERE classid = 'pg_default_acl'::regclass
        AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database());
      DELETE FROM pg_default_acl;
      CREATE SCHEMA public;
      -- As initdb leaves it.
      GRANT USAGE ON SCHEMA public TO PUBLIC;
      IF current_setting('server_version_num')::integer < 150000 THEN GRANT CREATE ON SCHEMA public TO PUBLIC; END IF;
      INSERT INTO pg_init_privs
      SELECT n.oid, 'pg_namespace'::regclass, 0, 'i', n.nspacl FROM pg_namespace n WHERE n.nspname = 'public';
    END $clear$`);
}

const dropRoles = `
      FOR r IN SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_' AND rolname <> 'postgres' LOOP
        EXECUTE format('DROP OWNED BY %I CASCADE', r.rolname);
        EXECUTE format('DROP ROLE %I', r.rolname);
      END LOOP;`;
