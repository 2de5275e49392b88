import { formatName, type ObjectId, parseId } from '../catalog/object.ts';
import { layoutOf, selectedRow } from './select.ts';
import type { MoveCommand, State } from './state.ts';

/** How many drifted and pending changes an object and its parts have. */
type Changed = { readonly drift: number; readonly pending: number };

/** An object beside another. `refers to`: by a foreign key. */
export type Neighbour = Changed & {
  readonly id: ObjectId;
  readonly relation: 'referred to by' | 'refers to' | 'used by' | 'uses';
  /** Name of the foreign key, else null. */
  readonly via: string | null;
};

/** An object, its parts counted by kind, and what it is bound to. */
export type Neighbourhood = {
  readonly center: Changed & { readonly id: ObjectId };
  readonly parts: readonly { readonly kind: string; readonly count: number }[];
  readonly neighbours: readonly Neighbour[];
};

/** The map that is open: its center, the chosen neighbour, and the centers before. */
export type MapState = {
  readonly center: Neighbourhood;
  readonly index: number;
  readonly trail: readonly ObjectId[];
};

/** Relations in the order in which the map shows them. */
export const relations: readonly Neighbour['relation'][] = ['referred to by', 'refers to', 'used by', 'uses'];

/** The neighbours in the order in which the map shows them. */
export function neighboursInOrder({ neighbours }: Neighbourhood): readonly Neighbour[] {
  const byName = [...neighbours].sort((a, b) => (nameOf(a.id) < nameOf(b.id) ? -1 : 1));
  return relations.flatMap((relation) => byName.filter((one) => one.relation === relation));
}

/** The object whose surroundings `m` shows; null where the row speaks of none. */
export function mapTarget(state: State): ObjectId | null {
  const row = selectedRow(state);
  if (row?.type === 'change') return row.item.change.id;
  const group = row?.type === 'group' ? / group (.*)$/.exec(row.key)?.[1] : undefined;
  return group ?? null;
}

/** Opens the map around the selected row's object. */
export function openMap(state: State): State {
  const id = mapTarget(state);
  const center = id === null ? null : (state.data?.neighbourhood(id) ?? null);
  return center ? { ...state, map: { center, index: 0, trail: [] } } : state;
}

/** Chooses a neighbour, or makes the chosen one the center. */
export function moveInMap(state: State, map: MapState, command: MoveCommand): State {
  const ordered = neighboursInOrder(map.center);
  const last = ordered.length - 1;
  const choose = (index: number): State => {
    return { ...state, map: { ...map, index: Math.max(0, Math.min(index, last)) } };
  };
  switch (command.type) {
    case 'move':
    case 'next change':
      return choose(map.index + command.by);
    case 'page':
      return choose(map.index + command.by * Math.max(1, layoutOf(state).bodyHeight - 4));
    case 'move to':
      return choose(command.end === 'first' ? 0 : last);
    case 'fold':
      return command.folded ? backInMap(state, map) : enter(state, map, ordered[map.index]);
    case 'open':
      return enter(state, map, ordered[map.index]);
  }
}

/** To the center before; closes the map when there is none. */
export function backInMap(state: State, map: MapState): State {
  const before = map.trail.at(-1);
  const center = before === undefined ? null : (state.data?.neighbourhood(before) ?? null);
  return { ...state, map: center ? { center, index: 0, trail: map.trail.slice(0, -1) } : null };
}

function enter(state: State, map: MapState, neighbour: Neighbour | undefined): State {
  const center = neighbour ? (state.data?.neighbourhood(neighbour.id) ?? null) : null;
  if (!center) return state;
  return { ...state, map: { center, index: 0, trail: [...map.trail, map.center.center.id] } };
}

/** `public.users`, for the map's boxes. */
export function nameOf(id: ObjectId): string {
  return formatName(parseId(id));
}
