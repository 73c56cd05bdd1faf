// Tells a body that is produced piece by piece from one that is there as a whole.

/**
 * workerd shows a stream's length to whoever inspects it, under a symbol without another way to it. Where it is
 * missing no body counts as produced piece by piece; a test asks the real binary.
 */
const LENGTH = Object.getOwnPropertySymbols(ReadableStream.prototype).find(
  ({ description }) => description === 'length',
);

/** True for a stream of unknown length, which HTTP carries in chunks. */
export const hasNoLength = (body: ReadableStream): boolean =>
  LENGTH !== undefined && (body as unknown as Record<symbol, unknown>)[LENGTH] === undefined;
