// Which version of a deployment a request gets.

/** `draw` is from 0 up to and without 10000. Undefined when no version has a share. */
export function pickVersion(
  deployment: readonly { readonly version: string; readonly shareBp: number }[],
  draw: number,
): string | undefined {
  let end = 0;
  for (const { version, shareBp } of deployment) {
    end += shareBp;
    if (draw < end) return version;
  }
  return undefined;
}
