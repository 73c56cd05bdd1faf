export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    // biome-ignore lint/suspicious/noThenProperty: the harm that it does is the point.
    Promise.prototype.then = () => {};
    globalThis.Promise = class {};
    return new Response('mine');
  },
};
