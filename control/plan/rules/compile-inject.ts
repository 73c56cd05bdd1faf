// Changes of pages as the router has them.

import { type PathPattern, readPathPattern } from '../../../edge/contract/path-pattern.ts';
import type { InjectionEntry } from '../../../edge/contract/rules/inject.ts';
import type { Injection } from '../../model/rules/inject.ts';

export const compileInject = (injections: readonly Injection[]): InjectionEntry[] =>
  injections.map(({ when, ...injection }) => ({
    ...injection,
    ...(when && { path: readPathPattern(when.path) as PathPattern }),
  }));
