export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    const list = Array.from({ length: 5e6 }, (_, i) => (i * 7919) % 5e6);
    for (;;) list.sort((a, b) => String(a).localeCompare(String(b)));
  },
};
