export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    for (let i = 0; i < 10_000; i += 1) console.log(`line ${i} of a flood`);
    return new Response('answered');
  },
};
