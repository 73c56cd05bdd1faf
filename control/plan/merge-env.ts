// What a function runs with, of all places where a variable can be set:
//
//   project < environment < the version's own < this function in this environment
//
// The version's own is stronger than what is set for many, and weaker than what is set for just this function where
// it runs: with that, one version that was tried in staging goes to prod as it is and finds prod's values.

import { ENV_SOURCES, type EnvSource, type OverlayVariable, sourceOf } from '../model/overlay.ts';

export interface EnvEntry {
  readonly key: string;
  readonly value: string;
  readonly secret: boolean;
}

export type SourcedEnv<T extends EnvEntry> = T & { readonly source: EnvSource };

/** One entry for each name, by name. Entries keep whatever else they carry. */
export function mergeEnv<A extends OverlayVariable, B extends EnvEntry>(
  overlay: readonly A[],
  own: readonly B[],
): SourcedEnv<A | B>[] {
  const sourced: SourcedEnv<A | B>[] = [
    ...overlay.map((variable) => ({ ...variable, source: sourceOf(variable) })),
    ...own.map((variable) => ({ ...variable, source: 'function' as const })),
  ];
  sourced.sort((a, b) => ENV_SOURCES.indexOf(a.source) - ENV_SOURCES.indexOf(b.source));
  const merged = new Map(sourced.map((variable) => [variable.key, variable]));
  return [...merged.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}
