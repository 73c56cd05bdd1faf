export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    return {
      // biome-ignore lint/suspicious/noThenProperty: the harm that it does is the point.
      get then() {
        for (;;);
      },
    };
  },
};
