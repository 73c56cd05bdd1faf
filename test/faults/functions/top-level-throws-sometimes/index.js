if (Math.random() < 0.5) throw new Error('not this time');

export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    process.exit(1);
  },
};
