// A rollout as a machine: from where it is and what happened to where it is then. Pure; the clock is an argument.
//
//   running --wait is over, guard is content--> next step ... last step --> completed
//      |  \--guard is not content, instances fail, too few requests for too long--> rolled_back
//      |  \--promote--> next step at once        \--abort--> aborted
//      \--pause--> paused --resume--> running, the step's wait and window from the start
//
// The guard is looked at whenever there are requests enough, not only at the end of a wait, and while paused too: a
// bad version is not left with its visitors until somebody looks. A newer deployment of anybody ends the rollout
// where it is, which is `superseded` and done by the commit of that deployment.

import { stepWaitSeconds } from '../model/limits.ts';
import { isOver, type RolloutPlan, type RolloutState } from '../model/rollout.ts';
import { FULL_SHARE_BP } from '../model/share.ts';
import { type Figures, judgeGuard, noFigures } from './judge-guard.ts';

/** A step that has too few requests for its guard waits this much longer than `wait_seconds`; then it is given up. */
export const holdSecondsMax = 3600;

export interface RolloutProgress {
  readonly state: RolloutState;
  readonly step: number;
  /** When the step began, or its window began anew; milliseconds since the epoch. */
  readonly since: number;
  readonly reason: string | null;
}

/** What was seen since `since`. */
export interface Sight {
  readonly now: Figures;
  readonly old: Figures;
  /** An instance of the new version runs. */
  readonly ready: boolean;
  /** Why instances of the new version end or do not start, again and again; undefined while they do well. */
  readonly failing: string | undefined;
}

export type RolloutEvent =
  | { readonly is: 'tick'; readonly sight: Sight }
  | { readonly is: 'promote' | 'pause' | 'resume' | 'abort'; readonly by: string }
  /** Control has started: what was seen before is lost. */
  | { readonly is: 'restarted' };

export const beginRollout = (now: number): RolloutProgress => ({
  ...{ state: 'running', step: 0, since: now, reason: null },
});

/** What the new version has of the visitors in a state; what the old version has is the rest. */
export const shareBpAt = ({ stepsBp }: RolloutPlan, { state, step }: RolloutProgress): number =>
  state === 'aborted' || state === 'rolled_back' ? 0 : (stepsBp[step] ?? FULL_SHARE_BP);

/**
 * The same progress when nothing has changed; `since` that differs says that the window begins anew. Events that
 * do not fit the state change nothing: `canTake` tells whoever asked before.
 */
export function stepRollout(
  plan: RolloutPlan,
  at: RolloutProgress,
  event: RolloutEvent,
  now: number,
): RolloutProgress {
  if (event.is === 'restarted') return isOver(at.state) ? at : anew(at, now);
  if (event.is === 'tick') return tick(plan, at, event.sight, now);
  if (!canTake(at, event.is)) return at;
  switch (event.is) {
    case 'pause':
      return { ...at, state: 'paused', reason: `Paused by ${event.by}.` };
    case 'resume':
      return { ...anew(at, now), state: 'running', reason: null };
    case 'abort':
      return { ...at, state: 'aborted', reason: `Aborted by ${event.by}.` };
    case 'promote':
      return onward(plan, { ...at, state: 'running' }, now, `Promoted by ${event.by}.`);
  }
}

export function canTake(
  { state }: Pick<RolloutProgress, 'state'>,
  command: 'promote' | 'pause' | 'resume' | 'abort',
): boolean {
  if (command === 'pause') return state === 'running';
  if (command === 'resume') return state === 'paused';
  return state === 'running' || state === 'paused';
}

function tick(plan: RolloutPlan, at: RolloutProgress, sight: Sight, now: number): RolloutProgress {
  if (isOver(at.state)) return at;
  // A clock that was set back: what has been waited for is unknown, so that it is waited for again.
  if (now < at.since) return anew(at, now);
  const { guard, waitSeconds } = plan;
  if (sight.failing !== undefined) return rolledBack(at, sight.failing);
  const share = shareBpAt(plan, at);
  // At 100 % the old version answers only what it had begun: that is no measure.
  const old = share === FULL_SHARE_BP ? noFigures : sight.old;
  const judged = guard && share > 0 ? judgeGuard(guard, sight.now, old) : undefined;
  if (judged?.is === 'bad') return rolledBack(at, judged.reason);
  const waited = (now - at.since) / 1000;
  if (at.state === 'paused') return waited > pausedWindowSecondsMax ? anew(at, now) : at;
  const last = at.step >= plan.stepsBp.length - 1;
  // With nothing to be watched by, there is nothing to wait for once everything has moved.
  if (last && !hasAbsolute(plan)) return { ...at, state: 'completed', reason: null };
  // Once everything has moved there is no command to wait for.
  const wait = waitSeconds ?? (last ? stepWaitSeconds.default : null);
  if (wait === null) return telling(at, BY_COMMAND);
  if (waited < wait) return at;
  if (share === 0 && !sight.ready) return telling(at, 'It waits for an instance of the new version.');
  if (judged?.is === 'open' && !last) {
    if (waited < wait + holdSecondsMax) return telling(at, `It waits for requests: ${judged.figures}.`);
    return rolledBack(at, `too few requests for the guard: ${judged.figures} in ${Math.round(waited)} s`);
  }
  return onward(plan, at, now, judged ? `The guard is content: ${judged.figures}.` : null);
}

/** What has been seen while paused counts for this long; then it is forgotten, or an old calm would hide a new storm. */
const pausedWindowSecondsMax = 600;

const BY_COMMAND = 'It waits for `promote`.';

/** At the last step there is no old version left to compare with. */
const hasAbsolute = ({ guard }: RolloutPlan): boolean =>
  guard?.error_rate?.max !== undefined || guard?.p95?.max_ms !== undefined;

const anew = (at: RolloutProgress, now: number): RolloutProgress => ({ ...at, since: now });

const telling = (at: RolloutProgress, reason: string): RolloutProgress =>
  at.reason === reason ? at : { ...at, reason };

const rolledBack = (at: RolloutProgress, reason: string): RolloutProgress => ({
  ...{ ...at, state: 'rolled_back' },
  reason: `Rolled back at step ${at.step + 1}: ${reason.replace(/\.$/, '')}.`,
});

function onward(plan: RolloutPlan, at: RolloutProgress, now: number, reason: string | null): RolloutProgress {
  const step = at.step + 1;
  if (step >= plan.stepsBp.length) return { ...at, state: 'completed', reason };
  return { ...at, step, since: now, reason };
}
