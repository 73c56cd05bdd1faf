// Requests that go in a circle: a rule sends them to an origin, which is this platform or leads back to it. Each
// platform adds its name to `CDN-Loop` (RFC 8586), and a request that has the name too often is refused. A stranger who
// writes it himself harms nobody but himself.

export const LOOP_HEADER = 'cdn-loop';
const OURS = 'selvedge';
/** Platforms that may pass a request on in a row. */
export const originHopsMax = 4;

export const countHops = (value: string | null): number =>
  value === null
    ? 0
    : value.split(',').filter((one) => one.trim().split(/[;\s]/, 1)[0]?.toLowerCase() === OURS).length;

export const addHop = (value: string | null): string => (value === null ? OURS : `${value}, ${OURS}`);
