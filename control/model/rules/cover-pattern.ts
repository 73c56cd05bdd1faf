// Whether a pattern takes everything that another takes, so that a rule for the other behind it would never be met.

import { isCapture, type PathPattern } from '../../../edge/contract/path-pattern.ts';

export function covers(wide: PathPattern, narrow: PathPattern): boolean {
  const { segments } = wide;
  const fits = wide.splat
    ? narrow.segments.length >= segments.length
    : !narrow.splat && narrow.segments.length === segments.length;
  return (
    fits &&
    segments.every((segment, at) => {
      const other = narrow.segments[at] ?? '';
      // A capture takes no empty part, which a literal may be: `/a/` has one.
      return isCapture(segment) ? other !== '' : segment === other;
    })
  );
}
