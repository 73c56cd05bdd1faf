let doomed = false;

export default {
  async fetch(request, _env, ctx) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    if (!doomed) {
      doomed = true;
      ctx.waitUntil(
        scheduler.wait(2000).then(() => {
          const kept = [];
          for (;;) kept.push(Array.from({ length: 100_000 }, (_, i) => ({ i })));
        }),
      );
    }
    return new Response('answered');
  },
};
