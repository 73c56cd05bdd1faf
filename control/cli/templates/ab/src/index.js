// Shows each visitor one of two variants, and the same one each time: a cookie remembers which.
import { chooseVariant } from './choose-variant.js';

const VARIANTS = [
  { name: 'a', share: 50, headline: 'Functions at the edge' },
  { name: 'b', share: 50, headline: 'Your code, next to your visitors' },
];

export async function handler(request) {
  const cookie = request.headers.get('cookie') ?? '';
  const remembered = /(?:^|;\s*)variant=(\w+)/.exec(cookie)?.[1];
  const variant = chooseVariant(VARIANTS, remembered, Math.random());
  console.log('variant', variant.name);
  return new Response(`<!doctype html><h1>${variant.headline}</h1>`, {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'set-cookie': `variant=${variant.name}; Path=/; Max-Age=2592000; SameSite=Lax`,
      'cache-control': 'private, no-store',
    },
  });
}
