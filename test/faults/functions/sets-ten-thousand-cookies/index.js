export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    const headers = new Headers();
    for (let i = 0; i < 10_000; i += 1) headers.append('set-cookie', `c${i}=${i}`);
    return new Response('answered', { headers });
  },
};
