// Which version of a function serves a request, in this order: the one that its sender may ask for, the one that its
// host names, and of those that are live the only one, or what the split gives him.

import type { Admission } from '../auth/authorize.ts';
import type { Target } from '../route/table-index.ts';
import { NO_TRACE, type Trace } from '../rules/trace.ts';
import type { FunctionState } from '../traffic/function-state.ts';
import type { ShadowTally } from '../traffic/shadow-tally.ts';
import type { Traffic } from '../traffic/traffic.ts';
import type { VersionState } from '../traffic/version-state.ts';
import { assignVisitor } from './assign-visitor.ts';
import { noteVersion } from './note-version.ts';
import { PlatformError } from './platform-error.ts';
import { readWish } from './read-wish.ts';
import type { Told } from './tell-visitor.ts';

export interface Choice {
  readonly version: VersionState;
  /** What the answer says of the choice; nearly always nothing. */
  readonly told: Told | undefined;
  /** A copy of the request goes there as well. */
  readonly shadow: ShadowTally | undefined;
}

/**
 * `newVisitor` is the key that a visitor without a cookie has been given already.
 *
 * @throws {PlatformError} FN_001 when there is none; FN_006 for a wish that cannot be read.
 */
export function chooseVersion(
  traffic: Traffic,
  target: Target,
  generation: number,
  request: Request,
  by: Admission,
  trace: Trace = NO_TRACE,
  newVisitor: string | null = null,
): Choice {
  const choice = choose(traffic, target, generation, request, by, newVisitor);
  if (trace.on) noteVersion(trace, target, choice);
  return choice;
}

function choose(
  traffic: Traffic,
  target: Target,
  generation: number,
  request: Request,
  by: Admission,
  newVisitor: string | null,
): Choice {
  const state = enabledState(traffic, target, generation);
  const { entry } = state;
  const wish = by.key === null ? undefined : readWish(request.headers, entry, by);
  const named = wish?.version ?? target.version;
  if (named !== null) {
    return { version: state.version(named), told: wish && { version: named }, shadow: undefined };
  }
  const shadow = state.shadow?.draws(Math.random() * 10_000) ? state.shadow : undefined;
  const { split } = state;
  if (!split) {
    const version = state.only ?? neverDeployed(target);
    return { version, told: wish && { version: version.version }, shadow };
  }
  const known = by.visitor ?? by.key;
  const { version, cookie } = assignVisitor(split, entry.sticky, request, known, newVisitor);
  const assigned = version === undefined ? neverDeployed(target) : state.version(version);
  if (!wish && cookie === undefined) return { version: assigned, told: undefined, shadow };
  return { version: assigned, told: { ...(wish && { version: assigned.version }), cookie }, shadow };
}

/**
 * For control, which may name any version.
 *
 * @throws {PlatformError} FN_001 when the function is disabled or has nothing deployed.
 */
export function chosenVersion(traffic: Traffic, target: Target, generation: number): VersionState {
  const state = enabledState(traffic, target, generation);
  const chosen = target.version === null ? state.live() : state.version(target.version);
  return chosen ?? neverDeployed(target);
}

/** @throws {PlatformError} FN_001 when the function is disabled. */
export function enabledState(traffic: Traffic, { entry }: Target, generation: number): FunctionState {
  if (!entry.disabled) return traffic.of(entry, generation);
  throw new PlatformError(
    'FN_001',
    404,
    `Function "${entry.name}" in project "${entry.project}" is disabled; its owner can enable it again.`,
  );
}

function neverDeployed({ entry: { name, project } }: Target): never {
  throw new PlatformError(
    'FN_001',
    404,
    `Function "${name}" in project "${project}" was never deployed: send its code with PUT /functions/${name}, or POST /functions/${name}/deploy if it has some.`,
  );
}
