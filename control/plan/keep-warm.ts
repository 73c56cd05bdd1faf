// What a deploy leaves running of the versions that it replaces: one instance of each of the last few, so that going
// back to them waits for no start. Pure; `platform/fleet.ts` retires the others.

/** How long. */
export const warmVersionSeconds = 300;
/** Of one function. */
export const warmVersionsPerFunctionMax = 2;

export interface ReplacedVersion<I> {
  readonly version: string;
  /** When it was replaced, or last was; milliseconds since the epoch, 0 for a version that was never live. */
  readonly replacedAt: number;
  /** The oldest first: it is the warm one. */
  readonly instances: readonly I[];
}

export interface Kept<I> {
  readonly warm: readonly { readonly version: string; readonly instance: I }[];
  readonly retired: readonly I[];
}

export function keepWarm<I extends NonNullable<unknown>>(
  versions: readonly ReplacedVersion<I>[],
  now: number,
): Kept<I> {
  const newestFirst = versions.toSorted((a, b) => b.replacedAt - a.replacedAt);
  const warm = newestFirst
    .filter(({ replacedAt }) => now - replacedAt < warmVersionSeconds * 1000)
    .flatMap(({ version, instances: [instance] }) => (instance === undefined ? [] : [{ version, instance }]))
    .slice(0, warmVersionsPerFunctionMax);
  const kept = new Set(warm.map(({ instance }) => instance));
  return { warm, retired: versions.flatMap(({ instances }) => instances.filter((one) => !kept.has(one))) };
}
