// What a variant changes of a request: who answers it, its path, its headers.

import type { VariantEntry } from '../../contract/rules/experiments.ts';
import { findVersion } from '../../dispatch/read-wish.ts';
import type { Visit } from '../visit.ts';
import { rewritePath } from './rewrite-path.ts';

/** Why it cannot be had, and then nothing is changed; undefined when it holds. */
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
  if (path !== undefined) visit.url = rewritePath(visit.url, path);
  if (origin !== undefined) visit.origin = origin;
  for (const [name, value] of Object.entries(headers))
    visit.requestHeaders.push(value === null ? { op: 'remove', name } : { op: 'set', name, value });
  return undefined;
}

function firstOf<T>(names: readonly string[], find: (name: string) => T | undefined): T | undefined {
  for (const name of names) {
    const found = find(name);
    if (found !== undefined) return found;
  }
  return undefined;
}
