export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    globalThis.Response = class {
      status = 200;
      headers = new Map();
    };
    return new Response('mine');
  },
};
