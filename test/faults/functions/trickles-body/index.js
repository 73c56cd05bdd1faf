export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    const letter = new TextEncoder().encode('x');
    return new Response(
      new ReadableStream({
        async pull(controller) {
          await scheduler.wait(100);
          controller.enqueue(letter);
        },
      }),
    );
  },
};
