// What a rollout sees of its two versions, and the instances that it wants to be there.

import type { RolloutRecord } from '../model/rollout.ts';
import { FULL_SHARE_BP } from '../model/share.ts';
import { type RolloutProgress, type Sight, shareBpAt } from '../plan/step-rollout.ts';
import type { Fleet } from './fleet.ts';
import type { VersionFigures } from './version-figures.ts';

/** Asked for once a second; longer than any tick is late. */
const keptWarmMs = 30_000;

export interface RolloutSightOptions {
  readonly figures: VersionFigures;
  readonly fleet: Pick<Fleet, 'instancesOf' | 'failing' | 'keepWarm' | 'activate'>;
}

export class RolloutSight {
  readonly #options: RolloutSightOptions;

  constructor(options: RolloutSightOptions) {
    this.#options = options;
  }

  of({ functionId, from, to }: RolloutRecord): Sight {
    const { figures, fleet } = this.#options;
    return {
      now: figures.of(functionId, to),
      old: figures.of(functionId, from),
      ready: fleet.instancesOf(functionId, to).length > 0,
      failing: fleet.failing(functionId, to),
    };
  }

  /** Whichever of the two has no visitors is kept ready to have all of them. */
  keep({ functionId, from, to, plan }: RolloutRecord, progress: RolloutProgress, now: number): void {
    const { fleet } = this.#options;
    const share = shareBpAt(plan, progress);
    const idle = share === 0 ? to : share === FULL_SHARE_BP ? from : undefined;
    if (idle === undefined) return;
    fleet.keepWarm(functionId, idle, now + keptWarmMs);
    if (fleet.instancesOf(functionId, idle).length > 0) return;
    // One that does not start is remembered by the fleet: that is what `failing` tells.
    fleet.activate(functionId, idle).catch(() => undefined);
  }
}
