export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    for (let i = 0; i < 5000; i += 1) setInterval(() => Math.sqrt(i), 0);
    await scheduler.wait(600_000);
    return new Response('never');
  },
};
