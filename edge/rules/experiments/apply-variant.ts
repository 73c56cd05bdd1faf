// What a variant changes of a request: who answers it, its path, its headers.

import type { VariantEntry } from '../../contract/rules/experiments.ts';
import { PlatformError } from '../../dispatch/platform-error.ts';
import { findVersion } from '../../dispatch/read-wish.ts';
import type { Visit } from '../visit.ts';
import { rewritePath } from './rewrite-path.ts';

/**
 * Why it cannot be had, and then nothing is changed; undefined when it holds.
 *
 * @throws {PlatformError} FN_006 for a path that would climb out of where the variant leads.
 */
export function applyVariant(visit: Visit, variant: VariantEntry): string | undefined {
  const { functions, version, path, headers = {}, origin } = variant;
  let { target } = visit;
  if (functions !== undefined) {
    const { project } = target.entry;
    const entry = firstOf(functions, (name) => visit.front.index?.byName(project, name));
    if (!entry) return `project "${project}" has no function "${functions[0]}" any more`;
    target = { ...target, entry };
  }
  if (version !== undefined) {
    const found = findVersion(target.entry, version);
    if (found === undefined) return `"${target.entry.name}" has no version or alias "${version}" any more`;
    target = { ...target, version: found };
  }
  visit.target = target;
  if (path !== undefined) {
    const rewritten = rewritePath(visit.url, path);
    if (rewritten === 'up') throw climbs();
    visit.url = rewritten.url;
  }
  if (origin !== undefined) visit.origin = origin;
  for (const [name, value] of Object.entries(headers))
    visit.requestHeaders.push(value === null ? { op: 'remove', name } : { op: 'set', name, value });
  return undefined;
}

const climbs = (): PlatformError =>
  new PlatformError(
    'FN_006',
    400,
    'The path has "." or ".." parts where a variant of an experiment takes it over.',
  );

function firstOf<T>(names: readonly string[], find: (name: string) => T | undefined): T | undefined {
  for (const name of names) {
    const found = find(name);
    if (found !== undefined) return found;
  }
  return undefined;
}
