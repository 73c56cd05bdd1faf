export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    await scheduler.wait(2);
    return new Response('answered');
  },
};
