const kept = [];

export default {
  async fetch(request, _env, ctx) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    ctx.waitUntil(
      (async () => {
        for (;;) {
          kept.push(new Uint8Array(8 * 1024 * 1024).fill(1));
          await scheduler.wait(1);
        }
      })(),
    );
    return new Response('answered');
  },
};
