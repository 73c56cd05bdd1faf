const kept = [];

export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    for (let i = 0; i < 10; i += 1) kept.push(Array.from({ length: 50_000 }, (_, n) => `${i}.${n}`));
    return new Response(String(kept.length));
  },
};
