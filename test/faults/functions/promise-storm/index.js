export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    for (;;) await Promise.all(Array.from({ length: 100_000 }, async (_, i) => i));
  },
};
