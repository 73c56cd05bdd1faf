const kept = [];

export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    kept.push(new Uint8Array(new SharedArrayBuffer(16 * 1024 * 1024)).fill(1));
    return new Response(String(kept.length));
  },
};
