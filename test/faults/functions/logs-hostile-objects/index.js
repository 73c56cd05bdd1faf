export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    const thrower = new Proxy(
      {},
      {
        get() {
          throw new Error('looked at');
        },
        ownKeys() {
          throw new Error('listed');
        },
      },
    );
    const cycle = {};
    cycle.self = cycle;
    let deep = {};
    for (let i = 0; i < 100_000; i += 1) deep = { deep };
    for (const value of [thrower, cycle, deep, Symbol('s'), 1n, Object.create(null)]) console.log(value);
    return new Response('answered');
  },
};
