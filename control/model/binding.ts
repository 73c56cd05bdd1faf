// What a version is given besides its variables, under names in `env`: other functions, objects, files, facts.

import { z } from 'zod';

const nameSchema = z
  .string()
  .max(128)
  .regex(/^[A-Za-z_$][A-Za-z0-9_$]*$/, 'must be a name as JavaScript has it')
  .refine((name) => !name.startsWith('__selvedge'), 'names that begin with "__selvedge" are the platform\'s')
  .refine(
    (name) => name !== '__proto__',
    "can't be read by a function, as JavaScript gives the name a meaning",
  );

const exportSchema = z
  .string()
  .max(128)
  .regex(/^[A-Za-z_$][A-Za-z0-9_$]*$/, 'must be the name of an export');

const functionNameSchema = z.string().min(1).max(128);

export const bindingSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('service'),
    name: nameSchema,
    /** A function of the same project, by its name. */
    service: functionNameSchema,
    /** A named export of it; absent means the default one. */
    entrypoint: exportSchema.optional(),
    /** What the entrypoint finds in `ctx.props`. */
    // JSON, as all of what was sent is.
    props: z.unknown().optional(),
    environment: z.string().max(63).optional(),
  }),
  z.strictObject({
    type: z.literal('durable_object'),
    name: nameSchema,
    className: exportSchema,
    /** Absent: a class of the function's own. */
    script: functionNameSchema.optional(),
  }),
  z.strictObject({
    type: z.literal('dispatch_namespace'),
    name: nameSchema,
    namespace: z.string().min(1).max(128),
    outbound: z.unknown().optional(),
  }),
  z.strictObject({ type: z.literal('assets'), name: nameSchema }),
  z.strictObject({ type: z.literal('version_metadata'), name: nameSchema }),
  z.strictObject({
    type: z.literal(['data', 'text', 'wasm']),
    name: nameSchema,
    /** The module of the bundle that is the content. */
    module: z.string().min(1).max(512),
  }),
]);
export type VersionBinding = z.infer<typeof bindingSchema>;

export const bindingsMax = 100;

export const bindingsSchema = z
  .array(bindingSchema)
  .max(bindingsMax)
  .refine(
    (bindings) => new Set(bindings.map(({ name }) => name)).size === bindings.length,
    'has two bindings of one name',
  );

/** Classes of Durable Objects that a version has of its own, each once. */
export const ownObjectClasses = (bindings: readonly VersionBinding[]): readonly string[] => [
  ...new Set(
    bindings.flatMap((binding) =>
      binding.type === 'durable_object' && binding.script === undefined ? [binding.className] : [],
    ),
  ),
];

/** Such a function runs as one instance, so that each object has one owner. */
export const storesObjects = (bindings: readonly VersionBinding[]): boolean =>
  ownObjectClasses(bindings).length > 0;
