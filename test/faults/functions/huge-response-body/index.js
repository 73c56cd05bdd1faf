export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    const chunk = new Uint8Array(64 * 1024).fill(120);
    return new Response(new ReadableStream({ pull: (controller) => controller.enqueue(chunk) }));
  },
};
