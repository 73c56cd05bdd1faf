export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    for (const owner of [Object, Array, Function, Promise, String, Map, Headers, Request, Response]) {
      for (const name of Object.getOwnPropertyNames(owner.prototype)) {
        try {
          owner.prototype[name] = () => {
            throw new Error('poisoned');
          };
        } catch {
          // Some may not be written.
        }
      }
    }
    return new Response('poisoned');
  },
};
