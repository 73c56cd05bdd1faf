// Experiments and their figures as the API tells them.

import { z } from '@hono/zod-openapi';
import { experimentSchema } from '../model/rules/experiments.ts';
import type { ExperimentResult, ExperimentView } from '../platform/platform.ts';

const viewShape = {
  name: z.string(),
  project: z.string(),
  environment: z.string(),
  function: z.strictObject({ id: z.string(), name: z.string() }),
  places: z.array(z.string().nullable()).openapi({
    description: 'Patterns of the routes that it is set at; null is the function itself.',
  }),
  status: z.enum(['running', 'paused', 'ended']),
  winner: z.string().nullable(),
};

export const experimentViewSchema = z
  .strictObject({
    ...viewShape,
    variants: z.array(z.strictObject({ name: z.string(), weight: z.number() })),
  })
  .openapi('Experiment');
export type ExperimentJson = z.output<typeof experimentViewSchema>;

const intervalSchema = z.strictObject({ low: z.number(), high: z.number() });

const variantSchema = z.strictObject({
  name: z.string(),
  weight: z.number(),
  visitors: z.int().openapi({ description: 'Each counted once, exactly.' }),
  conversions: z.int().openapi({ description: 'Visitors who converted.' }),
  conversion_rate: z.number().nullable().openapi({ description: 'Null without visitors.' }),
  conversion_rate_interval: intervalSchema.nullable().openapi({ description: "Wilson's, of 95 percent." }),
  difference: z
    .strictObject({
      absolute: z.number().openapi({ description: 'Of the rates: this one less that of the first variant.' }),
      interval: intervalSchema.openapi({ description: "Newcombe's, of 95 percent." }),
      p: z
        .number()
        .nullable()
        .openapi({ description: 'Two-sided, of the two-proportion z test; null where nobody converted.' }),
    })
    .nullable()
    .openapi({ description: 'Null for the first variant, and without visitors.' }),
  requests: z.int(),
  errors: z.int().openapi({ description: 'Answers with status 500 and above.' }),
  latency_ms: z
    .strictObject({
      mean: z.number(),
      interval: intervalSchema.nullable().openapi({ description: 'Of the mean, of 95 percent.' }),
      p95: z.number(),
    })
    .nullable()
    .openapi({ description: 'To the head of the answer. Null without requests.' }),
});

export const experimentResultSchema = z
  .strictObject({
    ...viewShape,
    definition: experimentSchema,
    since: z.iso.datetime().nullable().openapi({ description: 'Null while nobody has seen it.' }),
    variants: z.array(variantSchema),
  })
  .openapi('ExperimentResult');
export type ExperimentResultJson = z.output<typeof experimentResultSchema>;

export const exampleExperiment: ExperimentJson = {
  name: 'buttons',
  project: 'shop',
  environment: 'prod',
  function: { id: 'fn_k3v9q0a7m2x5c8r1t6w4', name: 'cart' },
  places: [null],
  status: 'running',
  winner: null,
  variants: [
    { name: 'blue', weight: 1 },
    { name: 'green', weight: 1 },
  ],
};

export const exampleExperimentResult: ExperimentResultJson = {
  ...exampleExperiment,
  since: '2026-11-21T12:00:00.000Z',
  definition: {
    name: 'buttons',
    status: 'running',
    by: 'visitor',
    variants: [
      { name: 'blue', weight: 1 },
      { name: 'green', weight: 1, rewrite: { path: '/green/*' } },
    ],
    conversion: { path: '/thanks' },
  },
  variants: [
    {
      ...{ name: 'blue', weight: 1, visitors: 1000, conversions: 100, conversion_rate: 0.1 },
      ...{ conversion_rate_interval: { low: 0.0829, high: 0.1202 }, difference: null },
      ...{ requests: 2400, errors: 1 },
      latency_ms: { mean: 8.1, interval: { low: 7.9, high: 8.3 }, p95: 14.2 },
    },
    {
      ...{ name: 'green', weight: 1, visitors: 1000, conversions: 140, conversion_rate: 0.14 },
      conversion_rate_interval: { low: 0.1199, high: 0.1629 },
      difference: { absolute: 0.04, interval: { low: 0.0114, high: 0.0687 }, p: 0.0059 },
      ...{ requests: 2500, errors: 0 },
      latency_ms: { mean: 8.4, interval: { low: 8.2, high: 8.6 }, p95: 14.9 },
    },
  ],
};

const shared = ({ experiment, project, environment, function: of, places }: ExperimentView) => ({
  ...{ name: experiment.name, project, environment, function: of, places: [...places] },
  ...{ status: experiment.status, winner: experiment.winner ?? null },
});

export const experimentJson = (view: ExperimentView): ExperimentJson => ({
  ...shared(view),
  variants: view.experiment.variants.map(({ name, weight }) => ({ name, weight })),
});

export const experimentResultJson = (result: ExperimentResult): ExperimentResultJson => ({
  ...shared(result),
  definition: result.experiment,
  since: result.since,
  variants: result.variants.map((variant) => {
    const { comparison, latency } = variant;
    return {
      name: variant.variant,
      weight: result.experiment.variants.find(({ name }) => name === variant.variant)?.weight ?? 0,
      visitors: variant.visitors,
      conversions: variant.conversions,
      conversion_rate: variant.rate,
      conversion_rate_interval: variant.rateInterval,
      difference: comparison && {
        ...{ absolute: comparison.difference, interval: comparison.interval, p: comparison.p },
      },
      requests: variant.requests,
      errors: variant.errors,
      latency_ms: latency && {
        ...{ mean: latency.mean, interval: latency.interval ?? null, p95: variant.latencyP95Ms ?? 0 },
      },
    };
  }),
});
