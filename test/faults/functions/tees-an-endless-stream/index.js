export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    const chunk = new Uint8Array(64 * 1024);
    const [read, unread] = new ReadableStream({ pull: (controller) => controller.enqueue(chunk) }).tee();
    for await (const _ of read);
    return new Response(unread);
  },
};
