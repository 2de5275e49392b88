import { describe, expect, test } from 'vitest';
import type { Catalog, CatalogObject } from '../../src/catalog/kind.ts';
import { formatId } from '../../src/catalog/object.ts';
import { diff, reverse } from '../../src/diff/diff.ts';
import { registry } from '../../src/kinds/index.ts';
import { catalogOf, object } from '../plan/catalogs.ts';

const users = object('table', ['public', 'users'], {
  parent: { kind: 'schema', path: ['public'] },
  objid: 1,
});
const email = (changes: Partial<CatalogObject> & { objsubid?: number } = {}) =>
  object('column', ['public', 'users', 'email'], {
    parent: users.ref,
    objid: 1,
    objsubid: 2,
    properties: { type: 'text', default: null, options: [] },
    ...changes,
  });
const one = (before: Catalog, after: Catalog, options = {}) =>
  diff(before, after, registry, options).map(({ action, id, properties, within }) => ({
    action,
    id,
    properties: properties.map(({ name }) => name),
    within,
  }));

describe('diff', () => {
  test('equal catalogs have no changes, whatever the addresses and the order of keys', () => {
    const here = catalogOf(
      users,
      email({ properties: { type: 'text', identity: { start: '1', cycle: false } } }),
    );
    const there = catalogOf(
      email({ objid: 9, properties: { identity: { cycle: false, start: '1' }, type: 'text' } } as never),
      users,
    );
    expect(one(here, there)).toEqual([]);
  });

  test('an object that differs is altered, and the properties that differ are named in order', () => {
    const changed = email({ properties: { type: 'integer', default: '1', options: [] } });
    expect(one(catalogOf(users, email()), catalogOf(users, changed))).toEqual([
      { action: 'alter', id: 'column:public.users.email', properties: ['default', 'type'], within: null },
    ]);
  });

  test('derived properties are not compared', () => {
    const moved = email({ properties: { type: 'text', default: null, options: [], position: 7 } });
    expect(one(catalogOf(users, email()), catalogOf(users, moved))).toEqual([]);
  });

  test('a part of what is created whole is created within it', () => {
    expect(one(catalogOf(), catalogOf(users, email()))).toEqual([
      { action: 'create', id: 'table:public.users', properties: [], within: null },
      { action: 'create', id: 'column:public.users.email', properties: [], within: 'table:public.users' },
    ]);
  });

  test('another name is a drop and a create, unless both are one database', () => {
    const mail = { ...email(), ref: { kind: 'column', path: ['public', 'users', 'mail'] } };
    const [before, after] = [catalogOf(users, email()), catalogOf(users, mail)];
    expect(one(before, after).map(({ action }) => action)).toEqual(['drop', 'create']);
    expect(one(before, after, { sameDatabase: true })).toEqual([
      { action: 'rename', id: 'column:public.users.mail', properties: [], within: null },
    ]);
  });

  test('the parts of a renamed table keep their names, so they are no changes, nor are references to it', () => {
    const people = { ...users, ref: { kind: 'table', path: ['public', 'people'] } };
    const moved = {
      ...email(),
      ref: { kind: 'column', path: ['public', 'people', 'email'] },
      parent: people.ref,
    };
    const ids = (table: CatalogObject) =>
      object('sequence', ['public', 'ids'], {
        objid: 5,
        properties: { ownedBy: { kind: 'column', path: [...table.ref.path, 'email'] } },
      });
    expect(
      one(catalogOf(users, email(), ids(users)), catalogOf(people, moved, ids(people)), {
        sameDatabase: true,
      }),
    ).toEqual([{ action: 'rename', id: 'table:public.people', properties: [], within: null }]);
  });

  test("a partition's copy of what its parent has is never a change; what it has of its own is", () => {
    const copy = email({ inheritedFrom: { kind: 'column', path: ['public', 'parent', 'email'] } });
    const own = { ...copy, deviates: true, properties: { ...copy.properties, default: "'x'" } };
    expect(one(catalogOf(users), catalogOf(users, copy))).toEqual([]);
    expect(one(catalogOf(users, copy), catalogOf(users))).toEqual([]);
    expect(one(catalogOf(users, copy), catalogOf(users, own))).toEqual([
      { action: 'alter', id: 'column:public.users.email', properties: ['default'], within: null },
    ]);
    expect(one(catalogOf(users, copy), catalogOf(users, email()))).toEqual([]);
  });

  test('reversed changes are those of the way back', () => {
    const [before, after] = [
      catalogOf(users, email()),
      catalogOf(
        users,
        email({ properties: { type: 'integer', default: null, options: [] } }),
        object('view', ['public', 'v']),
      ),
    ];
    const back = diff(before, after, registry).map(reverse);
    expect(back).toEqual(diff(after, before, registry));
  });

  test('changes are sorted by name, the same whatever the order of objects', () => {
    const views = ['b', 'a', 'Z', 'ä'].map((name) => object('view', ['public', name]));
    const forward = diff(catalogOf(), catalogOf(...views), registry).map(({ id }) => id);
    expect(diff(catalogOf(), catalogOf(...views.toReversed()), registry).map(({ id }) => id)).toEqual(
      forward,
    );
    expect(forward).toEqual(views.map(({ ref }) => formatId(ref)).sort());
  });
});
