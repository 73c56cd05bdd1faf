export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    const headers = new Headers();
    for (let i = 0; i < 1000; i += 1) headers.set(`x-${i}`, 'h'.repeat(4096));
    return new Response('answered', { headers });
  },
};
