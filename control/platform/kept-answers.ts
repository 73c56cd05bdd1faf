// Idempotency keys as the API asks for them, kept by the store.

import type { IdempotencyStore } from '../api/idempotency.ts';
import type { Idempotency } from '../store/idempotency.ts';

export function keptAnswers(keys: Idempotency): IdempotencyStore {
  return {
    async begin(scope, key, requestHash) {
      const begun = await keys.begin(scope, key, requestHash, new Date());
      if (begun.state === 'begun') return { state: 'new' };
      if (begun.state === 'finished') return { state: 'done', ...begun.answer };
      return { state: begun.state };
    },
    finish: (scope, key, answer) => keys.finish(scope, key, answer),
    abandon: (scope, key) => keys.forget(scope, key),
  };
}
