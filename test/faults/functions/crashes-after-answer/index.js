export default {
  async fetch(request, _env, ctx) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    ctx.waitUntil(
      scheduler.wait(5).then(() => {
        const kept = [];
        for (;;) kept.push(Array.from({ length: 100_000 }, (_, i) => ({ i })));
      }),
    );
    return new Response('answered');
  },
};
