if (Math.random() < 0.5) throw new Error('not this time');

export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    // Ends the process, so that the next request needs a start.
    const kept = [];
    for (;;) kept.push(Array.from({ length: 100_000 }, (_, i) => ({ i })));
  },
};
