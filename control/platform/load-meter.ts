// What the fronts say of the load: asked once a second, and on demand while an instance drains.

import type { FrontStatus, InvocationRecord, ShadowReport } from '../../edge/contract/front-api.ts';
import type { Front } from '../workerd/front.ts';
import { RequestCounts, type VersionCount } from './request-counts.ts';

/** How often a front is asked while an instance drains. */
const drainPollMs = 20;

/** Versions without a request for this long are as good as never called: no function is idle for longer. */
const forgottenAfterMs = 24 * 3_600_000;

interface Load {
  lastRequestAt: number;
  inFlight: number;
  peakInFlight: number;
  peakAt: number;
}

export interface LoadMeterOptions {
  readonly fronts: () => Iterable<Front>;
  /** Each finished invocation, once. */
  readonly onRecords: (records: readonly InvocationRecord[]) => void;
  /** Requests by version, each once, those among them of which there is no record. */
  readonly onCounts: (counts: readonly VersionCount[]) => void;
  /** Records that a front could not keep until they were collected. */
  readonly onDropped: (count: number) => void;
  /** Digests of the credentials that a front let in, told once a minute for each. */
  readonly onCredentials: (digests: readonly string[]) => void;
  /** What a front has seen of shadows: totals, of those about which there is news. */
  readonly onShadows: (front: Front, reports: readonly ShadowReport[]) => void;
  /** A front that does not answer. */
  readonly onFault: (front: Front, error: unknown) => void;
}

export class LoadMeter {
  readonly #options: LoadMeterOptions;
  readonly #seen = new WeakMap<Front, { seq: number; dropped: number; counts: RequestCounts }>();
  readonly #loads = new Map<string, Load>();
  #upgraded: ReadonlySet<number> = new Set();

  constructor(options: LoadMeterOptions) {
    this.#options = options;
  }

  /** Asks every front and takes over what is new. */
  async poll(): Promise<void> {
    const fronts = [...this.#options.fronts()];
    const answers = await Promise.all(fronts.map((front) => this.#ask(front)));
    this.#account(answers.flatMap((answer) => (answer ? [answer] : [])));
  }

  /** Load of a version; `peakInFlight` is the highest within about `windowMs`. */
  of(
    functionId: string,
    version: string,
    windowMs: number,
    now: number,
  ): { lastRequestAt: number; inFlight: number; peakInFlight: number } {
    const load = this.#loads.get(`${functionId} ${version}`);
    if (!load) return { lastRequestAt: 0, inFlight: 0, peakInFlight: 0 };
    if (now - load.peakAt >= windowMs) {
      load.peakInFlight = load.inFlight;
      load.peakAt = now;
    }
    const { lastRequestAt, inFlight, peakInFlight } = load;
    return { lastRequestAt, inFlight, peakInFlight };
  }

  /** Slots whose instance has answered a front with a WebSocket, by the newest answers. */
  get upgraded(): ReadonlySet<number> {
    return this.#upgraded;
  }

  /** Resolves when no front has a request on its way to `slot`, or after `timeoutMs`. */
  async untilQuiet(slot: number, timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const answers = await Promise.all([...this.#options.fronts()].map((front) => this.#ask(front)));
      if (answers.every((answer) => !answer?.awaiting[slot]) || Date.now() > deadline) return;
      await new Promise((resolve) => setTimeout(resolve, drainPollMs));
    }
  }

  async #ask(front: Front): Promise<FrontStatus | undefined> {
    const counts = new RequestCounts(front.adopted);
    const seen = this.#seen.get(front) ?? { seq: 0, dropped: 0, counts };
    this.#seen.set(front, seen);
    const status = await this.#statusOf(front, seen.seq);
    if (status) {
      if (status.seq >= seen.seq) {
        this.#options.onCounts(seen.counts.take(status.versions));
        this.#options.onShadows(front, status.shadows);
      }
      // Two questions may have been under way with the same `since`.
      const fresh = status.records.filter((record) => record.seq > seen.seq);
      seen.seq = Math.max(seen.seq, status.seq);
      if (fresh.length > 0) this.#options.onRecords(fresh);
      if (status.credentialsUsed.length > 0) this.#options.onCredentials(status.credentialsUsed);
      if (status.recordsDropped > seen.dropped) {
        this.#options.onDropped(status.recordsDropped - seen.dropped);
        seen.dropped = status.recordsDropped;
      }
    }
    return status;
  }

  /** Only what the front itself fails at is its fault. */
  async #statusOf(front: Front, since: number): Promise<FrontStatus | undefined> {
    try {
      return await front.status(since);
    } catch (error) {
      if (front.process.running) this.#options.onFault(front, error);
      return undefined;
    }
  }

  #account(answers: readonly FrontStatus[]): void {
    const now = Date.now();
    this.#upgraded = new Set(answers.flatMap((answer) => answer.upgraded));
    for (const load of this.#loads.values()) load.inFlight = 0;
    for (const counters of answers.flatMap((answer) => answer.versions)) {
      const name = `${counters.function} ${counters.version}`;
      const load = this.#loads.get(name) ?? { lastRequestAt: 0, inFlight: 0, peakInFlight: 0, peakAt: now };
      this.#loads.set(name, load);
      load.lastRequestAt = Math.max(load.lastRequestAt, counters.lastRequestAt);
      load.inFlight += counters.inFlight + counters.queued;
    }
    for (const [name, load] of this.#loads) {
      if (load.inFlight === 0 && now - load.lastRequestAt > forgottenAfterMs) this.#loads.delete(name);
      if (load.inFlight < load.peakInFlight) continue;
      load.peakInFlight = load.inFlight;
      load.peakAt = now;
    }
  }
}
