// Which instances hold WebSockets. Fronts know who was given one, as they see the answer; workerd then joins the
// two sockets without them, so when one closes only the kernel can tell. See docs/design/web-sockets.md.

import type { Instance } from '../workerd/instance.ts';

type Known = Pick<Instance, 'id' | 'slot'>;

export interface WebSocketWatchOptions {
  readonly instances: () => Iterable<Known>;
  /** Slots whose instance has answered with a WebSocket, as the fronts have told last. */
  readonly upgraded: () => ReadonlySet<number>;
  /** Ids of instances to which there is a connection. */
  readonly connected: () => ReadonlySet<string>;
}

export class WebSocketWatch {
  readonly #options: WebSocketWatchOptions;
  /**
   * When each instance that has had a WebSocket was last seen to hold one. Remembered here, so that a front which
   * ends, or does not answer for once, takes nobody off the list.
   */
  readonly #heldAt = new WeakMap<Known, number>();

  constructor(options: WebSocketWatchOptions) {
    this.#options = options;
  }

  /** Costs nothing as long as no instance has had a WebSocket; otherwise the kernel is asked once for all. */
  look(now: number): void {
    const { instances, upgraded, connected } = this.#options;
    const slots = upgraded();
    const suspects = [...instances()].filter((instance) => {
      if (slots.has(instance.slot) && !this.#heldAt.has(instance)) this.#heldAt.set(instance, now);
      return this.#heldAt.has(instance);
    });
    if (suspects.length === 0) return;
    const ids = connected();
    for (const instance of suspects) if (ids.has(instance.id)) this.#heldAt.set(instance, now);
  }

  /** Milliseconds since the epoch; 0 for one that never held any. */
  heldAt(instance: Known): number {
    return this.#heldAt.get(instance) ?? 0;
  }
}
