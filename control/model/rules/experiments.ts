// Experiments: variants of a function or route, each for a share of the visitors, and what counts as success.

import { z } from 'zod';
import { refuseAmbiguousExperiments } from './experiment-conflicts.ts';
import { faultOfHeader } from './header-name.ts';
import { originSchema } from './origin.ts';
import { placeSchema } from './place.ts';

/** Of one function or route. */
export const experimentsMax = 20;
export const variantsMax = 10;
export const experimentNameLengthMax = 63;
/** Headers that one variant changes, and conditions of one target. */
export const experimentEntriesMax = 20;
const textLengthMax = 1024;
const weightMax = 1_000_000;

/** Of an experiment, a variant, a layer: they stand in headers, as `name=variant`. */
export const experimentNameSchema = z
  .string()
  .max(experimentNameLengthMax, `must be at most ${experimentNameLengthMax} characters`)
  .regex(
    /^[a-z0-9]([a-z0-9_-]*[a-z0-9])?$/,
    'must be lower-case letters, digits, "-" and "_", and begin and end with a letter or digit',
  );

const headerNameSchema = z
  .string()
  .max(100)
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'must be the name of a header');

const changedHeaderSchema = headerNameSchema.superRefine((name, context) => {
  // Of what is taken away as of what is set: neither is a variant's to change.
  const fault = faultOfHeader('request', 'set', name);
  if (fault !== undefined) issue(context, [], `"${name}" ${fault}: use a name of your own`);
});

const textSchema = z
  .string()
  .min(1)
  .max(textLengthMax)
  .regex(/^[\t\x20-\x7e]*$/, 'must be printable ASCII, as it stands in a header');

const few = <T extends object>(map: T): boolean => Object.keys(map).length <= experimentEntriesMax;
const tooMany = `holds more than ${experimentEntriesMax} entries`;

/** `/a` is that path alone, `/a/*` whatever begins with `/a/`. */
const pathPatternSchema = z
  .string()
  .max(textLengthMax)
  .regex(/^\/[^\s?#*\\]*\*?$/, 'must be a path such as "/pay", or the beginning of one such as "/shop/*"');

const rewriteSchema = z.strictObject({
  /** Ending with `/*`, the asked path is put behind it. */
  path: z
    .string()
    .max(textLengthMax)
    .regex(
      /^\/([^\s?#*\\]*\/)?[^\s?#*\\]*(?<=\/)\*?$|^\/[^\s?#*\\]*$/,
      'must be a path such as "/new", or "/new/*" to put the asked path behind "/new"',
    )
    .refine(
      (path) => !/(^|\/)\.\.?(\/|$)/.test(path) && !path.startsWith('//'),
      'must not have "." or ".." parts, nor begin with "//"',
    ),
});

export const variantSchema = z.strictObject({
  name: experimentNameSchema,
  weight: z.number().min(0).max(weightMax).default(1),
  rewrite: rewriteSchema.optional(),
  headers: z.record(changedHeaderSchema, textSchema.nullable()).refine(few, tooMany).optional(),
  origin: originSchema
    .refine((origin) => !origin.includes('*'), 'must be one origin, without "*"')
    .optional(),
  function: experimentNameSchema.optional(),
  version: z.string().min(1).max(64).optional(),
});
export type Variant = z.infer<typeof variantSchema>;

/** `true`: that it is there. */
const wantedSchema = z.union([textSchema, z.literal(true)]);
const conditionsSchema = z.record(headerNameSchema, wantedSchema).refine(few, tooMany);
const namedSchema = z.record(z.string().min(1).max(200), wantedSchema).refine(few, tooMany);

/** All that is there must hold. A text that ends with `*` is for what begins so. */
export const targetSchema = z
  .strictObject({
    // Together one place: everywhere that one of them names.
    ...placeSchema.shape,
    header: conditionsSchema.optional(),
    cookie: namedSchema.optional(),
    query: namedSchema.optional(),
    path: pathPatternSchema.optional(),
  })
  .refine((target) => Object.keys(target).length > 0, 'is empty: leave it away for everybody');

export type Target = z.infer<typeof targetSchema>;

export const conversionSchema = z
  .strictObject({
    path: pathPatternSchema.optional(),
    /** Of the answer. */
    header: z.strictObject({ name: headerNameSchema, value: textSchema.default('*') }).optional(),
    status: z.int().min(100).max(599).optional(),
  })
  .refine(
    (conversion) => Object.keys(conversion).length > 0,
    'is empty: say what counts, as in {"path": "/thanks"}',
  );

export type Conversion = z.infer<typeof conversionSchema>;

const bySchema = z.union(
  [z.enum(['visitor', 'user', 'ip']), z.strictObject({ header: headerNameSchema })],
  'must be "visitor", "user", "ip" or {"header": "x-name"}',
);

export const experimentSchema = z
  .strictObject({
    name: experimentNameSchema,
    status: z.enum(['running', 'paused', 'ended']).default('running'),
    winner: experimentNameSchema.optional(),
    variants: z.array(variantSchema).min(2, 'must have two at least').max(variantsMax),
    by: bySchema.default('visitor'),
    layer: experimentNameSchema.optional(),
    /** Percent of the visitors. */
    share: z.number().min(0).max(100).optional(),
    target: targetSchema.optional(),
    conversion: conversionSchema.optional(),
  })
  .superRefine(({ variants, winner, status }, context) => {
    const names = variants.map(({ name }) => name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined)
      issue(context, ['variants'], `has "${twice}" twice: give each a name of its own`);
    if (variants.every(({ weight }) => weight === 0))
      issue(context, ['variants'], 'have the weight 0 all: give one of them more');
    if (winner !== undefined && !names.includes(winner))
      issue(context, ['winner'], `is "${winner}", which is none of ${names.join(', ')}`);
    if (winner !== undefined && status !== 'ended')
      issue(context, ['winner'], `is set while the experiment is ${status}: set "status": "ended" too`);
    for (const [index, { origin, function: other, version }] of variants.entries())
      if (origin !== undefined && (other !== undefined || version !== undefined))
        issue(
          context,
          ['variants', index, 'origin'],
          'is set beside "function" or "version": only one can answer',
        );
  });
export type Experiment = z.infer<typeof experimentSchema>;

export const experimentsSchema = z
  .array(experimentSchema)
  .max(experimentsMax, `holds more than ${experimentsMax} experiments`)
  .superRefine((experiments, context) => {
    for (const { path, message } of refuseAmbiguousExperiments(experiments)) issue(context, path, message);
  });
export type Experiments = z.infer<typeof experimentsSchema>;

function issue(context: z.RefinementCtx, path: (string | number)[], message: string): void {
  context.addIssue({ code: 'custom', path, message });
}
