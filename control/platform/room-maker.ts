// Starts an instance on a machine that may be full: idle instances go first, those not called for longest before
// the others, and when none is idle the start is refused with the reason.

import { AppError } from '../model/errors.ts';
import { type EvictionCandidate, pickEvicted } from '../plan/pick-evicted.ts';
import type { Instance } from '../workerd/instance.ts';
import type { MachineRoom } from './machine-room.ts';

/** Room for a new instance is looked for this long; then its start is refused. */
const roomWaitMs = 5000;
/** One that was asked to make room may take this long; then another is asked too. */
const evictionWaitMs = 1000;

export type Evictable = EvictionCandidate & { readonly instance: Instance };

export interface RoomMakerOptions {
  readonly machine: Pick<MachineRoom, 'crowded' | 'reckon'>;
  readonly candidates: (now: number) => readonly Evictable[];
  /** Resolves when nothing is left of the instance; requests that it has are finished. */
  readonly retire: (instance: Instance) => Promise<void>;
  readonly log: (message: string, details: object) => void;
}

export class RoomMaker {
  readonly #options: RoomMakerOptions;

  constructor(options: RoomMakerOptions) {
    this.#options = options;
  }

  /**
   * `begin` is called in the turn in which there is room, and must take it at once. Rejects as it does, and
   * with FN_008 when there is none and nothing idle to stop.
   */
  async start(begin: () => Promise<Instance>): Promise<Instance> {
    const { machine, log } = this.#options;
    const deadline = Date.now() + roomWaitMs;
    for (;;) {
      const reason = machine.crowded();
      if (reason === undefined) {
        machine.reckon();
        return begin();
      }
      const victim = Date.now() < deadline ? this.#victim(Date.now()) : undefined;
      if (!victim) throw full(reason);
      log('an idle instance makes room for another function', { function: victim.functionId, reason });
      await within(this.#options.retire(victim), evictionWaitMs);
    }
  }

  /** Stops an idle instance if there is no room, so that the next start need not wait. */
  async shed(now: number): Promise<void> {
    const victim = this.#options.machine.crowded() === undefined ? undefined : this.#victim(now);
    if (victim) await this.#options.retire(victim);
  }

  #victim(now: number): Instance | undefined {
    return pickEvicted(this.#options.candidates(now), now)?.instance;
  }
}

const full = (reason: string): AppError =>
  new AppError(
    'FN_008',
    `${reason}, and no instance is idle that could make room; try again later, or give the machine more.`,
    { retryAfterSeconds: 1 },
  );

/** Resolves with the work, or after `timeoutMs`; the work goes on. */
async function within(work: Promise<void>, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
