// A rollout: the stepwise move of a function's visitors from the version that is live to another one.

import { z } from 'zod';
import { versionRefSchema } from './deployment.ts';
import type { FunctionId, RolloutId, VersionId } from './ids.ts';
import * as limits from './limits.ts';
import { FULL_SHARE_BP, shareSchema, toBasisPoints } from './share.ts';

export const STRATEGIES = ['blue-green', 'rolling', 'canary'] as const;
export type Strategy = (typeof STRATEGIES)[number];

/** `running` and `paused` go on; the others are ends. */
export const ROLLOUT_STATES = [
  'running',
  'paused',
  'completed',
  'aborted',
  'rolled_back',
  'superseded',
] as const;
export type RolloutState = (typeof ROLLOUT_STATES)[number];

/**
 * What the new version is held to. `max` is of the new version alone; `relative` is so many times the old
 * version's figure of the same window. Judged once the new version has answered `min_requests` of them.
 */
export const guardSchema = z
  .strictObject({
    error_rate: z
      .strictObject({
        /** Percent of the requests that it answered. */
        max: z.number().min(0).max(100).optional(),
        relative: z.number().min(1).max(limits.guardFactorMax).optional(),
      })
      .refine((rule) => rule.max !== undefined || rule.relative !== undefined, 'needs max or relative')
      .optional(),
    p95: z
      .strictObject({
        max_ms: z
          .number()
          .min(1)
          .max(limits.timeoutSeconds.max * 1000)
          .optional(),
        relative: z.number().min(1).max(limits.guardFactorMax).optional(),
      })
      .refine((rule) => rule.max_ms !== undefined || rule.relative !== undefined, 'needs max_ms or relative')
      .optional(),
    min_requests: z
      .int()
      .min(limits.guardMinRequests.min)
      .max(limits.guardMinRequests.max)
      .default(limits.guardMinRequests.default),
  })
  .refine((guard) => guard.error_rate !== undefined || guard.p95 !== undefined, 'needs error_rate or p95');
export type Guard = z.infer<typeof guardSchema>;

const growing = (steps: readonly number[]): boolean =>
  steps.every((step, index) => index === 0 || step > (steps[index - 1] ?? 0)) &&
  (steps[0] ?? 0) > 0 &&
  steps.at(-1) === 100;

const stepListSchema = z
  .array(shareSchema)
  .min(1)
  .max(limits.rolloutStepsMax)
  .refine(growing, 'must grow from step to step, and end with 100');

const STEPS: Readonly<Record<Strategy, 'list' | 'number' | 'none'>> = {
  canary: 'list',
  rolling: 'number',
  'blue-green': 'none',
};

const stepsFit = ({ strategy, steps }: { strategy: Strategy; steps?: number | number[] | undefined }) =>
  steps === undefined || STEPS[strategy] === (typeof steps === 'number' ? 'number' : 'list');

export const startRolloutSchema = z
  .strictObject({
    version: versionRefSchema,
    strategy: z.enum(STRATEGIES),
    /** Of a canary the new version's percentages, of a rolling rollout the number of equal steps. */
    steps: z.union([z.int().min(1).max(limits.rolloutStepsMax), stepListSchema]).optional(),
    /** At each step; null waits for a command. */
    wait_seconds: z
      .int()
      .min(limits.stepWaitSeconds.min)
      .max(limits.stepWaitSeconds.max)
      .nullable()
      .optional(),
    /** Null for none. */
    guard: guardSchema.nullable().optional(),
    message: z.string().max(limits.messageLengthMax).optional(),
  })
  .refine(stepsFit, {
    path: ['steps'],
    error:
      'must be a list such as [1, 10, 50, 100] for a canary, a number such as 4 for a rolling rollout, and left out for blue-green',
  });
export type StartRollout = z.infer<typeof startRolloutSchema>;
export type StartRolloutInput = z.input<typeof startRolloutSchema>;

/** What a canary is held to unless its guard says otherwise. */
export const canaryGuard: Guard = {
  error_rate: { max: 5, relative: 2 },
  min_requests: limits.guardMinRequests.default,
};

/** What is to be done, as it was asked for; never changes. */
export interface RolloutPlan {
  readonly strategy: Strategy;
  /** Of the new version at each step, in basis points; the last is 10,000. */
  readonly stepsBp: readonly number[];
  /** At each step; null for one that only a command ends. */
  readonly waitSeconds: number | null;
  readonly guard: Guard | null;
}

export interface RolloutRecord {
  readonly id: RolloutId;
  readonly functionId: FunctionId;
  /** Live when it began. */
  readonly from: VersionId;
  readonly to: VersionId;
  readonly plan: RolloutPlan;
  readonly state: RolloutState;
  /** Index into `plan.stepsBp`. */
  readonly step: number;
  /** When the step began, as the platform's clock said. */
  readonly stepAt: string;
  /** Why it is where it is: what it waits for, or why it ended. */
  readonly reason: string | null;
  readonly message: string | null;
  /** Who began it. */
  readonly author: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export function planOf({ strategy, steps, wait_seconds, guard }: StartRollout): RolloutPlan {
  const bound = strategy === 'canary' ? canaryGuard : null;
  // Blue-green is switched by hand unless a time is given: then by itself, when the new version has run so long.
  const wait = strategy === 'blue-green' ? null : limits.stepWaitSeconds.default;
  return {
    ...{ strategy, stepsBp: stepsBpOf(strategy, steps) },
    waitSeconds: wait_seconds === undefined ? wait : wait_seconds,
    guard: guard === undefined ? bound : guard,
  };
}

function stepsBpOf(strategy: Strategy, steps: StartRollout['steps']): readonly number[] {
  if (strategy === 'blue-green') return [0, FULL_SHARE_BP];
  if (Array.isArray(steps)) return steps.map(toBasisPoints);
  if (strategy === 'canary') return canarySteps.map(toBasisPoints);
  const count = steps ?? rollingSteps;
  return Array.from({ length: count }, (_, index) => Math.round(((index + 1) * FULL_SHARE_BP) / count));
}

const canarySteps = [1, 10, 50, 100];
const rollingSteps = 4;

export const isOver = (state: RolloutState): boolean => state !== 'running' && state !== 'paused';
