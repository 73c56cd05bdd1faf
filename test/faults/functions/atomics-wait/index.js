export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    return new Response('awake');
  },
};
