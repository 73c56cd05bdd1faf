// What is stored, after a 304 has said that it still holds: other fields, and a new life.

import type { CacheAnswered } from '../../edge/contract/cache.ts';
import { judgeStoring } from '../../edge/http-cache/judge-storing.ts';
import { freshenedFields } from '../../edge/http-cache/stored-fields.ts';
import type { Cache } from './cache.ts';
import type { Entry } from './entry.ts';

/** As it is to be sent now. It is stored so too, unless it may not be stored any more or was purged meanwhile. */
export function freshenEntry(cache: Cache, entry: Entry, answered: CacheAnswered, purged: boolean): Entry {
  const fields = freshenedFields(entry.fields, answered.fields, answered.answeredAt);
  // An age is that of the answer before.
  const judged = judgeStoring({ ...answered, method: 'GET', status: entry.status, fields }, answered.rule);
  if (judged.refused !== undefined) {
    cache.store.remove(entry);
    return { ...entry, fields };
  }
  const fresh = { ...entry, fields, times: judged.times };
  return purged ? fresh : (cache.store.freshen(entry, fields, judged.times) ?? fresh);
}
