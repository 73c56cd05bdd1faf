// The watchdog ends instances whose JavaScript does not come back to the event loop: an endless loop, a regular
// expression gone wild, a hash of a million rounds. Nothing inside such a process can stop it, and until it is
// stopped none of its other requests moves.
//
//   uses much CPU, or overran a timeout -> heartbeat -> no answer: demote -> at the limit: end
//
// A heartbeat is a request that the harness answers before any of the function's code. Only instances that are
// busy are asked, so a thousand idle ones cost a look at their CPU time every few seconds. A demoted instance gets
// the processor only when nobody else wants it: the others do not feel it, and a long computation on a machine
// with nothing else to do takes no longer. What is decided is in `plan/judge-stretch.ts`.

import { judgeStretch, type StretchLimits, type StretchVerdict } from '../plan/judge-stretch.ts';
import type { EndCause } from '../workerd/end-cause.ts';
import type { Instance } from '../workerd/instance.ts';

/** How often busy instances are looked at. */
export const watchEveryMs = 50;
/** Of the instances that were not busy, so many are looked at in each round, in turn: a look costs some 15 µs. */
const coldLooksPerRound = 20;
/** An instance that used this share of the time since the last look may be in a loop. */
const busyShare = 0.5;

export interface WatchdogOptions {
  readonly instances: () => Iterable<Instance>;
  readonly limits: (functionId: string) => StretchLimits;
  /** CPU time that the instance has used so far; undefined when it has ended. */
  readonly cpuMs: (instance: Instance) => number | undefined;
  /** Resolves when the instance has answered; rejects when it ends or cannot be asked. */
  readonly heartbeat: (instance: Instance) => Promise<void>;
  readonly demote: (instance: Instance) => void;
  readonly restore: (instance: Instance) => void;
  /** `silentMs` is how long it has not come back: what it was sent since then it never looked at. */
  readonly end: (instance: Instance, cause: EndCause, silentMs: number) => void;
}

interface Watch {
  cpuMs: number;
  readAt: number;
  /** Read in the last round and found to be working. */
  hot: boolean;
  overdue: boolean;
  /** Since the heartbeat that is not answered yet. */
  stretch: { wallMs: number; cpuAtStart: number } | undefined;
  demoted: boolean;
  /** See `Stretch`. */
  wasBusy: boolean;
}

export class Watchdog {
  readonly #options: WatchdogOptions;
  readonly #watches = new Map<Instance, Watch>();
  #timer: NodeJS.Timeout | undefined;
  /** Instance at which the last round's looks at idle ones ended. */
  #lastCold: Instance | undefined;
  #roundAt = 0;
  /** Instances ended so far. */
  ended = 0;

  constructor(options: WatchdogOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => this.round(performance.now()), watchEveryMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** A request of the version ran into its timeout: whichever instance had it is asked for a sign of life. */
  overran(functionId: string, version: string): void {
    for (const [instance, watch] of this.#watches) {
      if (instance.functionId === functionId && instance.version === version) {
        watch.overdue = true;
        watch.hot = true;
      }
    }
  }

  /** `now` in milliseconds of a clock that is never set. */
  round(now: number): void {
    // A pause of control's own is not the instances' fault.
    const elapsedMs = Math.min(now - this.#roundAt, 2 * watchEveryMs);
    this.#roundAt = now;
    const instances = new Set(this.#options.instances());
    for (const instance of this.#watches.keys()) {
      if (!instances.has(instance)) this.#watches.delete(instance);
    }
    const cold: Instance[] = [];
    for (const instance of instances) {
      const watch = this.#watches.get(instance);
      if (!watch) this.#meet(instance, now);
      else if (watch.stretch) this.#judge(instance, watch, elapsedMs, now);
      else if (watch.hot) this.#look(instance, watch, now);
      else cold.push(instance);
    }
    this.#lookInTurn(cold, now);
  }

  #lookInTurn(cold: readonly Instance[], now: number): void {
    const first = this.#lastCold ? cold.indexOf(this.#lastCold) + 1 : 0;
    for (let i = 0; i < Math.min(cold.length, coldLooksPerRound); i += 1) {
      const instance = cold[(first + i) % cold.length];
      const watch = instance && this.#watches.get(instance);
      if (watch) this.#look(instance, watch, now);
      this.#lastCold = instance;
    }
  }

  #meet(instance: Instance, now: number): void {
    const cpuMs = this.#options.cpuMs(instance);
    if (cpuMs === undefined) return;
    const fresh = { hot: true, overdue: false, stretch: undefined, demoted: false, wasBusy: false };
    this.#watches.set(instance, { cpuMs, readAt: now, ...fresh });
  }

  #look(instance: Instance, watch: Watch, now: number): void {
    const cpuMs = this.#options.cpuMs(instance);
    if (cpuMs === undefined) return;
    const used = cpuMs - watch.cpuMs;
    const busy = used >= busyShare * (now - watch.readAt);
    watch.cpuMs = cpuMs;
    watch.readAt = now;
    watch.hot = used > 0 || watch.overdue;
    if (busy || watch.overdue) this.#ask(instance, watch, cpuMs);
  }

  #ask(instance: Instance, watch: Watch, cpuMs: number): void {
    const stretch = { wallMs: 0, cpuAtStart: cpuMs };
    watch.stretch = stretch;
    const over = (): void => {
      if (watch.stretch !== stretch) return;
      watch.stretch = undefined;
      watch.overdue = false;
      if (watch.demoted) this.#options.restore(instance);
      watch.demoted = false;
      watch.wasBusy = false;
    };
    // One that cannot be asked has ended, or is about to; if it is not, it is asked again.
    this.#options.heartbeat(instance).then(over, over);
  }

  #judge(instance: Instance, watch: Watch, elapsedMs: number, now: number): void {
    const { stretch, overdue } = watch;
    const limits = this.#options.limits(instance.functionId);
    const cpuMs = this.#options.cpuMs(instance);
    if (!stretch || cpuMs === undefined) return;
    stretch.wallMs += elapsedMs;
    watch.cpuMs = cpuMs;
    watch.readAt = now;
    const used = cpuMs - stretch.cpuAtStart;
    const { wallMs } = stretch;
    const verdict = judgeStretch({ wallMs, cpuMs: used, overdue, wasBusy: watch.wasBusy }, limits);
    if (verdict === 'demote' && !watch.demoted) {
      watch.demoted = true;
      watch.wasBusy = used >= busyShare * wallMs;
      this.#options.demote(instance);
    }
    if (verdict !== 'cpu' && verdict !== 'time') return;
    this.ended += 1;
    this.#watches.delete(instance);
    this.#options.end(instance, causeOf(verdict, limits), stretch.wallMs);
  }
}

function causeOf(verdict: Extract<StretchVerdict, 'cpu' | 'time'>, limits: StretchLimits): EndCause {
  const limit =
    verdict === 'cpu'
      ? `${limits.cpuMs} ms of CPU time (cpu_ms)`
      : `its timeout of ${limits.timeoutMs / 1000} s`;
  return {
    code: 'FN_002',
    message: `The function's JavaScript ran for longer than ${limit} without coming back to the event loop, so its instance was ended. Look for an endless loop or a costly computation, or raise the limit.`,
  };
}
