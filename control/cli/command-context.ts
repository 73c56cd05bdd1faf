// What a command works with: the world, the output, the options that all commands share, and a client that
// is made when it is first asked for.

import type { Client } from '../client/client.ts';
import { connect, findTarget, type Target } from './connect.ts';
import type { Output } from './output.ts';
import { showProgress } from './show-progress.ts';
import type { World } from './world.ts';

export interface SharedOptions {
  readonly json?: boolean;
  readonly url?: string;
  readonly project?: string;
  readonly env?: string;
}

export class CommandContext {
  readonly world: World;
  readonly out: Output;
  readonly shared: SharedOptions;
  #target: Target | undefined;
  #client: Client | undefined;

  constructor(world: World, out: Output, shared: SharedOptions) {
    this.world = world;
    this.out = out;
    this.shared = shared;
  }

  get target(): Target {
    this.#target ??= findTarget(this.world, this.shared.url);
    return this.#target;
  }

  /** The target if a command has spoken to it, for the explanation of an error. */
  get usedTarget(): Target | undefined {
    return this.#target;
  }

  /** In place of the target that would be found: that of a login. */
  use(target: Target): void {
    this.#target = target;
  }

  get client(): Client {
    this.#client ??= connect(this.target, this.shared);
    return this.#client;
  }

  /** For each call: Ctrl-C ends it. */
  get call(): { readonly signal: AbortSignal } {
    return { signal: this.world.interrupted };
  }

  progress<T>(what: string, work: () => Promise<T>): Promise<T> {
    return showProgress(this.out, what, work);
  }
}
