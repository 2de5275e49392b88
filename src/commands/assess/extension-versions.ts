import type { Catalog } from '../../catalog/kind.ts';
import type { Diagnostic } from '../../errors.ts';
import type { KeyedMigration } from '../../plan/steps.ts';

/**
 * A warning for each extension that live has in another version than the applied migrations asked for last, by
 * `VERSION` or `UPDATE TO`. It is no drift: which versions there are, and when they are updated, is the server's choice.
 */
export function compareExtensionVersions(
  applied: readonly Pick<KeyedMigration, 'statements'>[],
  live: Catalog,
): readonly Diagnostic[] {
  const wanted = new Map<string, Diagnostic['position'] & { readonly version: string }>();
  for (const { traits, position } of applied.flatMap(({ statements }) => statements)) {
    const { extensionVersion, node } = traits;
    if (extensionVersion)
      wanted.set(extensionVersion.name, { ...position, version: extensionVersion.version });
    // Created anew without a version, or updated to the newest: the server chooses from then on.
    else if (node === 'CreateExtensionStmt') for (const name of traits.extensions) wanted.delete(name);
  }
  return [...live.objects.values()].flatMap(({ ref, properties }): readonly Diagnostic[] => {
    const name = ref.path[0] ?? '';
    const asked = ref.kind === 'extension' ? wanted.get(name) : undefined;
    if (!asked || asked.version === properties.version) return [];
    const { version, ...position } = asked;
    return [
      {
        code: 'extension-version',
        severity: 'warning',
        subject: `extension:${name}`,
        position,
        summary: `The migrations ask for version ${version} of the extension ${name}; live has ${String(properties.version)}.`,
        help: `Write a migration with ALTER EXTENSION "${name}" UPDATE TO the version that is meant.`,
      },
    ];
  });
}
