import { scryptSync } from 'node:crypto';

export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    // The engine caps the cost of one hash, but not their number.
    for (;;) scryptSync('password', 'salt', 64, { N: 2 ** 14, r: 8, p: 1 });
  },
};
