// A rollout as the interface shows it.

import { z } from '@hono/zod-openapi';
import { latencyQuantile } from '../model/latency-quantile.ts';
import { guardSchema, isOver, ROLLOUT_STATES, STRATEGIES } from '../model/rollout.ts';
import { toPercent } from '../model/share.ts';
import type { RolloutFigures, RolloutView } from '../platform/platform.ts';

const figuresSchema = z.strictObject({
  requests: z.int(),
  failed: z.int(),
  error_rate: z.number().nullable().openapi({ description: 'Percent; null without a request.' }),
  p95_ms: z.number().nullable(),
});

export const rolloutSchema = z
  .strictObject({
    id: z.string(),
    function_id: z.string(),
    strategy: z.enum(STRATEGIES),
    from: z.string().openapi({ description: 'The version that was live.' }),
    to: z.string(),
    state: z.enum(ROLLOUT_STATES),
    step: z.int().openapi({ description: 'The first is 1.' }),
    steps: z.array(z.number()).openapi({ description: 'Percent of new visitors that `to` gets at each.' }),
    share: z.number().openapi({ description: 'Percent that `to` has by this rollout.' }),
    wait_seconds: z.int().nullable(),
    guard: guardSchema.nullable(),
    reason: z.string().nullable().openapi({ description: 'What it waits for, or why it ended.' }),
    figures: z
      .strictObject({ new: figuresSchema, old: figuresSchema })
      .nullable()
      .openapi({ description: 'Since the step began; null for a rollout that is over.' }),
    message: z.string().nullable(),
    author: z.string().nullable(),
    step_at: z.iso.datetime().openapi({ description: 'When the step began.' }),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .openapi('Rollout');
export type Rollout = z.output<typeof rolloutSchema>;

export function rolloutJson({ record, figures }: RolloutView): Rollout {
  const { plan, state, step } = record;
  const back = isOver(state) && (state === 'aborted' || state === 'rolled_back');
  return {
    id: record.id,
    function_id: record.functionId,
    strategy: plan.strategy,
    ...{ from: record.from, to: record.to, state },
    step: step + 1,
    steps: plan.stepsBp.map(toPercent),
    share: back ? 0 : toPercent(plan.stepsBp[step] ?? 0),
    wait_seconds: plan.waitSeconds,
    guard: plan.guard,
    reason: record.reason,
    figures: figures && { new: figuresJson(figures.now), old: figuresJson(figures.old) },
    ...{ message: record.message, author: record.author },
    ...{ step_at: record.stepAt, created_at: record.createdAt, updated_at: record.updatedAt },
  };
}

function figuresJson({ answered, failed, histogram }: RolloutFigures): z.output<typeof figuresSchema> {
  const p95 = latencyQuantile(histogram, 0.95);
  return {
    ...{ requests: answered, failed },
    error_rate: answered === 0 ? null : Math.round((10_000 * failed) / answered) / 100,
    p95_ms: p95 === undefined ? null : Math.round(p95 * 10) / 10,
  };
}
