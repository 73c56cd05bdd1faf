import { writeFileSync } from 'node:fs';

export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    const bytes = new Uint8Array(8 * 1024 * 1024).fill(1);
    for (let i = 0; ; i += 1) {
      writeFileSync(`/tmp/${i}`, bytes);
      await scheduler.wait(1);
    }
  },
};
