import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openStore, type Store } from '../../control/store/store.ts';
import { useTmpDir } from './use-tmp-dir.ts';

/** A store of the test's own. The test may close and reopen what is at `stateDb`. */
export async function useStore(stateDb: string = join(useTmpDir(), 'state.db')): Promise<Store> {
  const store = await openStore({ stateDb });
  onTestFinished(() => store.close());
  return store;
}
