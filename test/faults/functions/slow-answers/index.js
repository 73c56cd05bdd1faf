export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    await scheduler.wait(300);
    return new Response('answered');
  },
};
