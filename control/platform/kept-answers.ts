// Idempotency keys as the API asks for them, kept by the store. There is one owner, so one scope.

import type { IdempotencyStore } from '../api/idempotency.ts';
import type { Idempotency } from '../store/idempotency.ts';

const OWNER_SCOPE = 'owner';

export function keptAnswers(keys: Idempotency): IdempotencyStore {
  return {
    async begin(key, requestHash) {
      const begun = await keys.begin(OWNER_SCOPE, key, requestHash, new Date());
      if (begun.state === 'begun') return { state: 'new' };
      if (begun.state === 'finished') return { state: 'done', ...begun.answer };
      return { state: begun.state };
    },
    finish: (key, answer) => keys.finish(OWNER_SCOPE, key, answer),
    abandon: (key) => keys.forget(OWNER_SCOPE, key),
  };
}
