// What a purge is of, and which entries that are. Pure.

import { z } from 'zod';

/** As control sends it, who has checked it; `function` and `project` are ids. One of the last four is there. */
export const purgeSchema = z.strictObject({
  project: z.string().optional(),
  function: z.string().optional(),
  urls: z.array(z.string()).optional(),
  tags: z.array(z.string()).optional(),
  prefixes: z.array(z.string()).optional(),
  everything: z.literal(true).optional(),
});
export type Purge = z.infer<typeof purgeSchema>;

export interface Purgeable {
  readonly function: string;
  readonly project: string;
  readonly url: string;
  /** Undefined while they are not known: it may have any. */
  readonly tags: readonly string[] | undefined;
}

export function purgeMatcher(purge: Purge): (entry: Purgeable) => boolean {
  const urls = new Set(purge.urls);
  const tags = new Set(purge.tags);
  return (entry) => {
    if (purge.project !== undefined && purge.project !== entry.project) return false;
    if (purge.function !== undefined && purge.function !== entry.function) return false;
    return (
      purge.everything === true ||
      urls.has(entry.url) ||
      (purge.prefixes ?? []).some((prefix) => entry.url.startsWith(prefix)) ||
      (tags.size > 0 && (entry.tags === undefined || entry.tags.some((tag) => tags.has(tag))))
    );
  };
}
