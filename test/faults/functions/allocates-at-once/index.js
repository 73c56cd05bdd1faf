export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    return new Response(String(new Uint8Array(1024 * 1024 * 1024).fill(1).length));
  },
};
