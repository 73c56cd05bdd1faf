export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    for (const name of Object.getOwnPropertyNames(globalThis)) delete globalThis[name];
    return new Response('deleted');
  },
};
