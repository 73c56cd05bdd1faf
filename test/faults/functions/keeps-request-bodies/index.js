const kept = [];

export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    kept.push(await request.arrayBuffer());
    return new Response(String(kept.length));
  },
};
