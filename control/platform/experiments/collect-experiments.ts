// Brings what the fronts have counted of experiments into the store, once a second and whenever somebody wants to see it.
//
// A front tells again what control has not said that it has stored. So a control that is killed loses nothing, and a front
// that is killed what it has counted since it was last asked: a second's worth.

import { randomUUID } from 'node:crypto';
import type { ExperimentReport, VisitorEvent } from '../../../edge/contract/experiment-report.ts';
import type { FunctionId } from '../../model/ids.ts';
import type { Repositories, Store } from '../../store/store.ts';

/** Conversions of who is not known yet: another front may have him and be asked a moment later. */
export const lateConversionsMax = 10_000;
/** Collections that such a conversion outlasts. */
const lateTries = 3;

/** A front, as far as it is needed here. */
export interface CountingFront {
  readonly id: string;
  experiments(after: number, epoch: string): Promise<ExperimentReport>;
}

export interface CollectorOptions {
  readonly store: Pick<Store, 'transaction'>;
  readonly fronts: () => Iterable<CountingFront>;
  /** Whether there is anything to ask for. */
  readonly needed: () => boolean;
  readonly now: () => Date;
}

interface Late {
  readonly event: VisitorEvent;
  readonly triesLeft: number;
}

export class ExperimentCollector {
  readonly #options: CollectorOptions;
  /** Up to where what a front tells is stored. */
  readonly #stored = new WeakMap<CountingFront, number>();
  /** Fronts that meet another tell every visitor again. */
  #epoch = randomUUID();
  #late: readonly Late[] = [];
  #running: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  constructor(options: CollectorOptions) {
    this.#options = options;
  }

  /** Resolves when everything is stored that had been counted when it was called. */
  collect(): Promise<void> {
    this.#next ??= this.#running
      .catch(() => undefined)
      .then(() => {
        this.#running = this.#next ?? Promise.resolve();
        this.#next = undefined;
        return this.#collect();
      });
    return this.#next;
  }

  /** After visitors were forgotten: they are to be counted again. */
  startOver(): Promise<void> {
    this.#epoch = randomUUID();
    this.#late = [];
    return this.collect();
  }

  async #collect(): Promise<void> {
    if (!this.#options.needed()) return;
    const fronts = [...this.#options.fronts()];
    const reports = await Promise.all(fronts.map((front) => this.#ask(front)));
    const told = reports.flatMap((report) => report ?? []);
    const isNews = ({ report }: (typeof told)[number]): boolean =>
      report.tallies.length > 0 || report.visitors.length > 0;
    if (told.some(isNews) || this.#late.length > 0) {
      const late = await this.#options.store.transaction((tx) => this.#store(tx, told));
      this.#late = late.slice(0, lateConversionsMax);
    }
    for (const { front, report } of told) this.#stored.set(front, report.seq);
  }

  /** Undefined of one that does not answer: whoever asks for its load each second sees to that. */
  async #ask(
    front: CountingFront,
  ): Promise<{ readonly front: CountingFront; readonly report: ExperimentReport } | undefined> {
    try {
      return { front, report: await front.experiments(this.#stored.get(front) ?? 0, this.#epoch) };
    } catch {
      return undefined;
    }
  }

  /** Visitors of all fronts come before conversions of any. Answers the conversions to try again. */
  async #store(
    { experiments }: Pick<Repositories, 'experiments'>,
    told: readonly { readonly front: CountingFront; readonly report: ExperimentReport }[],
  ): Promise<Late[]> {
    const now = this.#options.now().toISOString();
    const ids = new Map<string, number | undefined>();
    const idOf = async (of: { readonly function: string; readonly experiment: string }) => {
      const key = `${of.function} ${of.experiment}`;
      if (!ids.has(key))
        ids.set(
          key,
          await experiments.open({ functionId: of.function as FunctionId, name: of.experiment }, now),
        );
      return ids.get(key);
    };
    for (const { front, report } of told)
      for (const { function: fn, experiment, variant, ...tally } of report.tallies) {
        const id = await idOf({ function: fn, experiment });
        if (id !== undefined) await experiments.putTally(id, variant, front.id, tally);
      }
    const events = told.flatMap(({ report }) => report.visitors);
    const visits = Map.groupBy(
      events.filter(({ variant }) => variant !== null),
      (event) => `${event.function} ${event.experiment} ${event.variant}`,
    );
    for (const group of visits.values()) {
      const [first] = group as [VisitorEvent];
      const id = await idOf(first);
      if (id !== undefined)
        await experiments.addVisitors(id, first.variant ?? '', [...new Set(group.map((one) => one.visitor))]);
    }
    const fresh = events.filter(({ variant }) => variant === null);
    const conversions = [...this.#late, ...fresh.map((event) => ({ event, triesLeft: lateTries }))];
    const late: Late[] = [];
    for (const group of Map.groupBy(
      conversions,
      ({ event }) => `${event.function} ${event.experiment}`,
    ).values()) {
      const [first] = group as [Late];
      const id = await idOf(first.event);
      if (id === undefined) continue;
      const unknown = new Set(
        await experiments.convert(id, [...new Set(group.map((one) => one.event.visitor))]),
      );
      for (const { event, triesLeft } of group)
        if (unknown.has(event.visitor) && triesLeft > 1) late.push({ event, triesLeft: triesLeft - 1 });
    }
    return late;
  }
}
