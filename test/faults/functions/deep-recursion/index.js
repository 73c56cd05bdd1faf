export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    const deeper = (n) => 1 + deeper(n + 1);
    return new Response(String(deeper(0)));
  },
};
