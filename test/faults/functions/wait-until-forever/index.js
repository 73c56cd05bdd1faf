export default {
  async fetch(request, _env, ctx) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    ctx.waitUntil(scheduler.wait(600_000));
    return new Response('answered');
  },
};
