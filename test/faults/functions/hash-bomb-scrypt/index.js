import { scryptSync } from 'node:crypto';

export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    return new Response(
      scryptSync('password', 'salt', 64, { N: 2 ** 14, r: 8, p: 5000, maxmem: 2 ** 31 - 1 }),
    );
  },
};
