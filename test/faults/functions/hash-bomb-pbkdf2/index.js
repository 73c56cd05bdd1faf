import { pbkdf2Sync } from 'node:crypto';

export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    return new Response(pbkdf2Sync('password', 'salt', 2 ** 31 - 1, 512, 'sha512'));
  },
};
