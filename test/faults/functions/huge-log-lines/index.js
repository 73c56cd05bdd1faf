export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    for (let i = 0; i < 5; i += 1) console.log('x'.repeat(5 * 1024 * 1024));
    return new Response('answered');
  },
};
