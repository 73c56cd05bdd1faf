// `stale-while-revalidate`: the visitor has the stale answer already, and the function is asked behind it.

import type { CacheLease } from '../../contract/cache.ts';
import { answerAndStore } from './answer-and-store.ts';
import type { Way } from './through-cache.ts';

/** Never rejects: what fails here is asked for again by the next request. */
export async function renewBehind(way: Way, lease: CacheLease): Promise<void> {
  try {
    const response = await answerAndStore(way, { miss: 'stale', lease }, false);
    await response.body?.cancel();
  } catch (error) {
    way.visit.trace.note('cache', 'the answer could not be renewed', { error: String(error) });
  }
}
