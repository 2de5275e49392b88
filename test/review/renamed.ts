import type { ReviewData } from '../../src/review/port.ts';
import { data, item, planned } from './fixture.ts';

const from = 'column:public.orders.note';
export const to = 'column:public.orders.remark';
const add = (name: string) => `ALTER TABLE "public"."orders" ADD COLUMN "${name}" text;`;
const half = (name: string, action: 'create' | 'drop') =>
  item({
    ref: { kind: 'column', path: ['public', 'orders', name] },
    group: 'table:public.orders',
    action,
    before: action === 'drop' ? add(name) : null,
    after: action === 'drop' ? null : add(name),
    statements: [planned(action === 'drop' ? add(name) : `ALTER TABLE orders DROP COLUMN ${name}`)],
  });

/** A column that someone gave another name. */
export const renamed: ReviewData = {
  ...data,
  drift: [...data.drift, half('note', 'drop'), half('remark', 'create')],
  renames: [
    {
      from,
      to,
      changes: [from, to],
      likeness: 1,
      definitionBefore: add('note'),
      definitionAfter: add('remark'),
      answer: null,
    },
  ],
};
