export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    const zeros = new Uint8Array(1024 * 1024);
    const source = new ReadableStream({ pull: (controller) => controller.enqueue(zeros) });
    const inflated = source
      .pipeThrough(new CompressionStream('gzip'))
      .pipeThrough(new DecompressionStream('gzip'));
    return new Response((await new Response(inflated).arrayBuffer()).byteLength);
  },
};
