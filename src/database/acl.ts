/** What one grantee may do with an object. Who granted it does not count. */
export type Grant = {
  /** A role; `public` is everybody, since PostgreSQL reserves that name; null is the owner, whoever that is. */
  readonly to: string | null;
  /** Sorted; none, where what is given at first was taken away. */
  readonly privileges: readonly string[];
  /** Those that it may pass on. An owner may always, so nothing is said of it. */
  readonly grantable: readonly string[];
};

/** An access control list: what differs from what PostgreSQL gives at first, and that. */
export type Acl = { readonly grants: readonly Grant[]; readonly initial: readonly Grant[] };

/** One item of `aclItems`: grantee, privilege, whether it may be passed on, who granted it. */
export type AclItem = readonly [to: string | null, privilege: string, grantable: boolean, by: string | null];

/** One statement to write. */
export type GrantOrder = {
  readonly verb: 'GRANT' | 'REVOKE' | 'REVOKE GRANT OPTION FOR';
  readonly privileges: readonly string[];
  readonly to: string | null;
  readonly withGrantOption: boolean;
};

/** Items by grantee, those of several grantors together. */
export function readGrants(items: readonly AclItem[]): readonly Grant[] {
  return [...new Set(items.map(([to]) => to))]
    .map((to) => {
      const own = items.filter((item) => item[0] === to);
      return {
        to,
        privileges: sorted(own.map(([, privilege]) => privilege)),
        grantable: to === null ? [] : sorted(own.flatMap((item) => (item[2] ? [item[1]] : []))),
      };
    })
    .sort(byGrantee);
}

/** The grants that differ from the initial ones; a grantee that lost everything stands there with nothing. */
export function deviations(grants: readonly Grant[], initial: readonly Grant[]): readonly Grant[] {
  return grantees(grants, initial)
    .map((to) => grantTo(to, grants))
    .filter((grant) => JSON.stringify(grant) !== JSON.stringify(grantTo(grant.to, initial)))
    .sort(byGrantee);
}

/** What every grantee may do, initial or not. */
export function effective({ grants, initial }: Acl): readonly Grant[] {
  return grantees(grants, initial)
    .map((to) => grants.find((grant) => grant.to === to) ?? grantTo(to, initial))
    .sort(byGrantee);
}

/** The list as a server of that version has it: before 17 there is no MAINTAIN. Null when it then says nothing. */
export function narrowAcl(acl: Acl, serverVersion: number): Acl | null {
  if (serverVersion >= 170_000) return acl;
  const keep = (grants: readonly Grant[]) =>
    grants
      .map((grant) => ({
        ...grant,
        privileges: without(grant.privileges, ['MAINTAIN']),
        grantable: without(grant.grantable, ['MAINTAIN']),
      }))
      .filter(({ privileges }) => privileges.length > 0);
  const initial = keep(acl.initial);
  const grants = deviations(keep(effective(acl)), initial);
  return grants.length === 0 ? null : { grants, initial };
}

/** What takes one list to another: first what is taken away, then what is given. */
export function orderGrants(before: Acl, after: Acl): readonly GrantOrder[] {
  const [old, wanted] = [effective(before), effective(after)];
  const [taken, given]: [GrantOrder[], GrantOrder[]] = [[], []];
  for (const to of grantees(old, wanted)) {
    const [had, has] = [grantTo(to, old), grantTo(to, wanted)];
    const order = (verb: GrantOrder['verb'], privileges: readonly string[], withGrantOption = false) => {
      if (privileges.length > 0)
        (verb === 'GRANT' ? given : taken).push({ verb, privileges, to, withGrantOption });
    };
    const kept = without(had.grantable, without(had.privileges, has.privileges));
    order('REVOKE', without(had.privileges, has.privileges));
    order('REVOKE GRANT OPTION FOR', without(kept, has.grantable));
    order('GRANT', without(without(has.privileges, had.privileges), has.grantable));
    order('GRANT', without(has.grantable, had.grantable), true);
  }
  return [...taken, ...given];
}

/** The same grants where roles have other names. */
export function renameGrants(grants: readonly Grant[], rename: (role: string) => string): readonly Grant[] {
  return grants
    .map((grant) => ({
      ...grant,
      to: grant.to === null || grant.to === 'public' ? grant.to : rename(grant.to),
    }))
    .sort(byGrantee);
}

function grantTo(to: string | null, grants: readonly Grant[]): Grant {
  return grants.find((grant) => grant.to === to) ?? { to, privileges: [], grantable: [] };
}

function grantees(...lists: readonly (readonly Grant[])[]): readonly (string | null)[] {
  return [...new Set(lists.flat().map(({ to }) => to))];
}

function without(texts: readonly string[], others: readonly string[]): readonly string[] {
  return texts.filter((text) => !others.includes(text));
}

function sorted(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}

function byGrantee(a: Grant, b: Grant): number {
  const [left, right] = [a.to ?? '', b.to ?? ''];
  return left < right ? -1 : left > right ? 1 : 0;
}
