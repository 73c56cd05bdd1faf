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

const waitSecondsSchema = z.int().min(limits.stepWaitSeconds.min).max(limits.stepWaitSeconds.max);

const growing = (steps: readonly number[]): boolean =>
  steps.every((step, index) => index === 0 || step > (steps[index - 1] ?? 0)) &&
  (steps[0] ?? 0) > 0 &&
  steps.at(-1) === 100;

const common = {
  version: versionRefSchema,
  message: z.string().max(limits.messageLengthMax).optional(),
  guard: guardSchema.nullable().optional(),
};

export const startRolloutSchema = z.discriminatedUnion('strategy', [
  z.strictObject({
    strategy: z.literal('blue-green'),
    ...common,
    /** How long it must run well before it gets everything; null waits for the command. */
    wait_seconds: waitSecondsSchema.nullable().default(null),
  }),
  z.strictObject({
    strategy: z.literal('rolling'),
    ...common,
    /** How many equal steps. */
    steps: z.int().min(1).max(limits.rolloutStepsMax).default(4),
    wait_seconds: waitSecondsSchema.nullable().default(limits.stepWaitSeconds.default),
  }),
  z.strictObject({
    strategy: z.literal('canary'),
    ...common,
    steps: z
      .array(shareSchema)
      .min(1)
      .max(limits.rolloutStepsMax)
      .refine(growing, 'must grow from step to step, and end with 100')
      .default([1, 10, 50, 100]),
    wait_seconds: waitSecondsSchema.nullable().default(limits.stepWaitSeconds.default),
  }),
]);
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

export function planOf(input: StartRollout): RolloutPlan {
  const { strategy } = input;
  const guard = input.guard === undefined ? (strategy === 'canary' ? canaryGuard : null) : input.guard;
  return { strategy, stepsBp: stepsBpOf(input), waitSeconds: input.wait_seconds, guard };
}

function stepsBpOf(input: StartRollout): readonly number[] {
  switch (input.strategy) {
    case 'blue-green':
      return [0, FULL_SHARE_BP];
    case 'rolling':
      return Array.from({ length: input.steps }, (_, index) =>
        Math.round(((index + 1) * FULL_SHARE_BP) / input.steps),
      );
    case 'canary':
      return input.steps.map(toBasisPoints);
  }
}

export const isOver = (state: RolloutState): boolean => state !== 'running' && state !== 'paused';
