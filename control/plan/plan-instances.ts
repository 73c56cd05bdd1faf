// How many instances each version should have. Pure: looks at the situation, says what to start and to stop.

export interface InstanceSituation {
  readonly id: string;
  readonly readyAt: number;
  /** When it was last seen to hold a WebSocket, in milliseconds since the epoch; 0 for never. */
  readonly heldAt: number;
}

export interface VersionSituation {
  readonly functionId: string;
  readonly version: string;
  /** False for a version that no deployment names: previews, and what a deploy left behind. */
  readonly live: boolean;
  /** Until when one instance is kept although nobody calls it; milliseconds since the epoch, 0 for never. */
  readonly warmUntil: number;
  /** Ready instances that take work, the oldest first. */
  readonly instances: readonly InstanceSituation[];
  /** Starts under way. */
  readonly starting: number;
  /** Milliseconds since the epoch; 0 when it never had a request. */
  readonly lastRequestAt: number;
  /** Most requests at a time within the last `idleMs`. */
  readonly peakInFlight: number;
  readonly minInstances: number;
  readonly maxInstances: number;
  readonly targetConcurrency: number;
  readonly idleMs: number;
}

export interface InstancePlan {
  readonly start: readonly {
    readonly functionId: string;
    readonly version: string;
    readonly count: number;
  }[];
  /** Ids of instances to cordon, drain and stop. */
  readonly stop: readonly string[];
}

/**
 * Instances a version should have now. A live version keeps `minInstances`, one that is kept warm keeps one. Beyond
 * that there are as many as the busiest moment of the idle window needed, and at least one until the window has
 * passed without a request.
 */
export function instancesWanted(situation: VersionSituation, now: number): number {
  const min = Math.max(situation.live ? situation.minInstances : 0, now < situation.warmUntil ? 1 : 0);
  const youngest = Math.max(0, ...situation.instances.map((instance) => instance.readyAt));
  const recent = now - Math.max(situation.lastRequestAt, youngest) < situation.idleMs;
  const busy = Math.ceil(situation.peakInFlight / situation.targetConcurrency);
  return Math.min(situation.maxInstances, Math.max(min, busy, recent ? 1 : 0));
}

/** Planning again from the situation that the plan leads to changes nothing. */
export function planInstances(situations: readonly VersionSituation[], now: number): InstancePlan {
  const start: { functionId: string; version: string; count: number }[] = [];
  const stop: string[] = [];
  for (const situation of situations) {
    const has = situation.instances.length + situation.starting;
    const wanted = instancesWanted(situation, now);
    // Only `minInstances` is started from here: beyond it, instances are started when a request needs one.
    const floor = situation.live ? Math.min(situation.minInstances, situation.maxInstances) : 0;
    if (has < floor)
      start.push({ functionId: situation.functionId, version: situation.version, count: floor - has });
    stop.push(...needless(situation, wanted, now).map((instance) => instance.id));
  }
  return { start, stop };
}

/** One that held a WebSocket within the idle window stays. Of the others the oldest do: they are the warm ones. */
function needless(
  { instances, idleMs }: VersionSituation,
  wanted: number,
  now: number,
): readonly InstanceSituation[] {
  const free = instances.filter(({ heldAt }) => now - heldAt >= idleMs);
  return free.slice(Math.max(0, wanted - (instances.length - free.length)));
}
