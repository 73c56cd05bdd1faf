const kept = new Map();

export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    for (let i = 0; i < 100_000; i += 1) kept.set({}, { i });
    return new Response(String(kept.size));
  },
};
