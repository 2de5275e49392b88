import { describe, expect, test } from 'vitest';
import type { Catalog } from '../../src/catalog/kind.ts';
import { diff } from '../../src/diff/diff.ts';
import { registry } from '../../src/kinds/index.ts';
import { patch } from '../../src/plan/patch.ts';
import { catalogOf, object, withNeeds } from './catalogs.ts';

const table = (name: string, properties = {}) => object('table', ['public', name], { properties });
const view = (name: string, definition = '') =>
  object('view', ['public', name], { properties: { definition } });

function take(base: Catalog, goal: Catalog, ids: readonly string[]) {
  const all = diff(base, goal, registry);
  const chosen = all.filter(({ id }) => ids.includes(id));
  const { catalog, included } = patch(base, goal, chosen, all);
  return {
    left: diff(catalog, goal, registry).map(({ action, id }) => `${action} ${id}`),
    included: included.map(({ change, because }) => `${change.action} ${change.id} for ${because}`),
  };
}

describe('patch', () => {
  test('makes the chosen changes and no others', () => {
    const [base, goal] = [catalogOf(table('a'), table('b')), catalogOf(table('c'))];
    expect(take(base, goal, ['table:public.c', 'table:public.a'])).toEqual({
      left: ['drop table:public.b'],
      included: [],
    });
  });

  test('takes along what a created object needs, and what that needs', () => {
    const base = catalogOf();
    const goal = withNeeds([table('t'), view('v'), view('w'), view('other')], {
      'view:public.v': ['table:public.t'],
      'view:public.w': ['view:public.v'],
    });
    expect(take(base, goal, ['view:public.w'])).toEqual({
      left: ['create view:public.other'],
      included: ['create view:public.v for view:public.w', 'create table:public.t for view:public.v'],
    });
  });

  test('lets go what needs a dropped object', () => {
    const base = withNeeds([table('t'), view('v'), view('w')], {
      'view:public.v': ['table:public.t'],
      'view:public.w': ['view:public.v'],
    });
    expect(take(base, catalogOf(), ['table:public.t'])).toEqual({
      left: [],
      included: ['drop view:public.v for table:public.t', 'drop view:public.w for view:public.v'],
    });
  });

  test('alters what needs a dropped object when that is how it lets go', () => {
    const base = withNeeds([table('t'), view('v', 'old')], { 'view:public.v': ['table:public.t'] });
    const goal = catalogOf(view('v', 'new'));
    expect(take(base, goal, ['table:public.t'])).toEqual({
      left: [],
      included: ['alter view:public.v for table:public.t'],
    });
  });

  test('a chain of 5,000 objects is followed to its end', { timeout: 60_000 }, () => {
    const objects = Array.from({ length: 5_000 }, (_, position) => view(`v${position}`));
    const needs = Object.fromEntries(
      objects.slice(1).map((_, position) => [`view:public.v${position + 1}`, [`view:public.v${position}`]]),
    );
    const goal = withNeeds(objects, needs);
    const all = diff(catalogOf(), goal, registry);
    const last = all.filter(({ id }) => id === 'view:public.v4999');
    expect(patch(catalogOf(), goal, last, all).included).toHaveLength(4_999);
  });
});
