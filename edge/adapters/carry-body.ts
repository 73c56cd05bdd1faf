// Takes a body through our hands, so that its end is seen. Not by `pipeTo`: workerd does not join two identity
// streams of its own, which with older compatibility dates all TransformStreams are.

/**
 * Resolves when all has been carried, or either side has broken off; a break on one side is one on the other.
 * `beforeEnd` holds the end back.
 */
export async function carryBody(
  body: ReadableStream,
  to: WritableStream,
  beforeEnd?: () => Promise<void>,
): Promise<void> {
  const [reader, writer] = [body.getReader(), to.getWriter()];
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read())
      await writer.write(part.value);
    await beforeEnd?.();
    await writer.close();
  } catch (error) {
    await Promise.allSettled([reader.cancel(error), writer.abort(error)]);
  }
}
