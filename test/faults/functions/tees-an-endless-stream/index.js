export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    const endless = new ReadableStream({
      async pull(controller) {
        await scheduler.wait(1);
        controller.enqueue(new Uint8Array(1024 * 1024).fill(1));
      },
    });
    // What one branch has read is kept for the other.
    const [read, unread] = endless.tee();
    for await (const _ of read);
    return new Response(unread);
  },
};
