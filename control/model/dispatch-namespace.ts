// Dispatch namespaces: functions that one function calls by names that it learns at run time. They are functions of the
// project like others, called `<namespace>--<name>`, and not public.

import { nameSchema } from './function.ts';

export interface DispatchNamespace {
  readonly id: string;
  readonly project: string;
  readonly name: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly updatedAt: string;
}

export const namespaceNameSchema = nameSchema.refine(
  (name) => !name.includes('--'),
  'must not hold "--", which stands between the names of a namespace and of a function in it',
);

/** What a function of a namespace is called in its project; fronts make it too, see edge/bound/find-bound.ts. */
export const namespacedName = (namespace: string, name: string): string => `${namespace}--${name}`;
