export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    for (;;) {
      const until = Date.now() + 20;
      while (Date.now() < until) Math.sqrt(until);
      await scheduler.wait(0);
    }
  },
};
