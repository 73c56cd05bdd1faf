// Asks the other regions, one question after the other, whether they are there, and how long they take.

import type { RegionHealth, RegionRecord } from '../model/region.ts';
import { judgeRegion, type RegionState, UNKNOWN_REGION } from '../plan/regions/judge-region.ts';
import type { RegionAnswer } from '../workerd/ask-region.ts';

/** Between two questions to one region. */
export const regionCheckMs = 1000;

export interface RegionWatchOptions {
  readonly ask: (url: string) => Promise<RegionAnswer>;
  /** What fronts are told of a region is another. Never rejects. */
  readonly onChange: () => void;
  readonly log: (message: string, details: object) => void;
}

interface Watched {
  /** What is asked. */
  readonly url: string;
  state: RegionState;
  timer: NodeJS.Timeout | undefined;
  stopped: boolean;
}

export class RegionWatch {
  readonly #options: RegionWatchOptions;
  readonly #watched = new Map<string, Watched>();

  constructor(options: RegionWatchOptions) {
    this.#options = options;
  }

  /** From now on these are watched, and no others. One that is at another place is unknown again. */
  watch(records: readonly RegionRecord[]): void {
    const urls = new Map(
      records.flatMap(({ name, endpoint, healthPath }) =>
        endpoint === null ? [] : [[name, `${endpoint}${healthPath}`]],
      ),
    );
    for (const [name, watched] of this.#watched)
      if (urls.get(name) !== watched.url) this.#stop(name, watched);
    for (const [name, url] of urls) if (!this.#watched.has(name)) this.#start(name, url);
  }

  /** Of this machine, and of what is not watched, there is no doubt. */
  healthOf(name: string): RegionHealth {
    const state = this.#watched.get(name)?.state;
    if (!state) return { healthy: true, since: null, checkedAt: null, latencyMs: 0, fault: null };
    const { healthy, since, checkedAt, latencyMs, fault } = state;
    return { healthy, since: toIso(since), checkedAt: toIso(checkedAt), latencyMs, fault };
  }

  close(): void {
    for (const [name, watched] of this.#watched) this.#stop(name, watched);
  }

  #start(name: string, url: string): void {
    const watched: Watched = { url, state: UNKNOWN_REGION, timer: undefined, stopped: false };
    this.#watched.set(name, watched);
    void this.#look(name, watched);
  }

  #stop(name: string, watched: Watched): void {
    watched.stopped = true;
    clearTimeout(watched.timer);
    this.#watched.delete(name);
  }

  async #look(name: string, watched: Watched): Promise<void> {
    const { ask } = this.#options;
    // The first answer brings the connection, whose making is no part of the latency.
    if (watched.state.latencyMs === null) await ask(watched.url);
    const answer = await ask(watched.url);
    if (watched.stopped) return;
    if (answer) this.#judge(name, watched, answer);
    watched.timer = setTimeout(() => void this.#look(name, watched), regionCheckMs).unref();
  }

  #judge(name: string, watched: Watched, answer: NonNullable<RegionAnswer>): void {
    const before = watched.state;
    const after = judgeRegion(before, { at: Date.now(), ...answer });
    watched.state = after;
    const { healthy, fault, latencyMs } = after;
    if (healthy !== before.healthy)
      this.#options.log(healthy ? 'a region is there again' : 'a region is not there', {
        region: name,
        fault,
      });
    if (healthy !== before.healthy || fault !== before.fault || latencyMs !== before.latencyMs)
      this.#options.onChange();
  }
}

const toIso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
