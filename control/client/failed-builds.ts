// What failed builds printed, as long as this client lives. The platform tells it once, in the answer to the deploy,
// and keeps the logs of versions only; a build that failed has made none.

import type { DeployedFunction } from './answers.ts';
import { SelvedgeError } from './selvedge-error.ts';

const functionsMax = 100;

export class FailedBuilds {
  /** By what the caller named the function: its name or its id. */
  readonly #logs = new Map<string, readonly string[]>();

  async watch(id: string, deploy: () => Promise<DeployedFunction>): Promise<DeployedFunction> {
    try {
      const state = await deploy();
      for (const name of [id, state.id, state.name]) this.#logs.delete(name);
      return state;
    } catch (thrown) {
      if (thrown instanceof SelvedgeError && thrown.code === 'FN_005') this.#keep(id, thrown.buildLogs);
      throw thrown;
    }
  }

  logsOf(id: string): readonly string[] | undefined {
    return this.#logs.get(id);
  }

  #keep(id: string, logs: readonly string[]): void {
    this.#logs.delete(id);
    this.#logs.set(id, logs);
    const [oldest] = this.#logs.keys();
    if (this.#logs.size > functionsMax && oldest !== undefined) this.#logs.delete(oldest);
  }
}
