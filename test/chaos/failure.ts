// What became of a failed request, as far as its connection and the kills tell.

import type { Sample } from '../faults/load/protocol.ts';

export interface Kill {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Our ends of the connections that what was killed held. */
  readonly held: ReadonlySet<number>;
}

export interface Failure {
  readonly fault: string;
  readonly function: string;
  readonly method: 'GET' | 'POST';
  /**
   * `held`: on a connection that the killed process had. `fresh`: on one that had carried no request, such as
   * one in the backlog of the killed process. `kept`: on one that had, and that another process has.
   */
  readonly connection: 'held' | 'fresh' | 'kept';
  /** Sent before a kill and not answered at it. */
  readonly inFlight: boolean;
}

/** A connection's number may come again, so a kill explains failures for so long. */
const explainsMs = 15_000;
/** The kernel ends a process some time after the kill was asked for. */
const killTakesMs = 20;

export function toFailure(
  sample: Sample & { readonly fault: string },
  of: Pick<Failure, 'function' | 'method'>,
  kills: readonly Kill[],
): Failure {
  const { dueAt, fault, lateMs, latencyMs, port, reused } = sample;
  const endedAt = dueAt + latencyMs;
  const held = kills.some(
    (kill) => kill.held.has(port) && endedAt >= kill.at && dueAt < kill.at + explainsMs,
  );
  return {
    ...of,
    fault,
    connection: held ? 'held' : reused ? 'kept' : 'fresh',
    inFlight: kills.some(({ at }) => dueAt + lateMs <= at + killTakesMs && endedAt >= at),
  };
}
