// Idempotency keys as the API asks for them, kept by the store.

import type { IdempotencyStore } from '../api/idempotency.ts';
import type { Vault } from '../secrets/vault.ts';
import type { Idempotency } from '../store/idempotency.ts';

/**
 * A request may hold a secret, and whoever reads the table could try which one gives its hash: a keyed one is stored.
 */
export function keptAnswers(keys: Idempotency, vault: Pick<Vault, 'platformMark'>): IdempotencyStore {
  return {
    async begin(scope, key, requestHash) {
      const stored = vault.platformMark('request', requestHash);
      const begun = await keys.begin(scope, key, stored, new Date());
      if (begun.state === 'begun') return { state: 'new' };
      if (begun.state === 'finished') return { state: 'done', ...begun.answer };
      return { state: begun.state };
    },
    finish: (scope, key, answer) => keys.finish(scope, key, answer),
    abandon: (scope, key) => keys.forget(scope, key),
  };
}
