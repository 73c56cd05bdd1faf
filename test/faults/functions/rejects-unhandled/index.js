export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    for (let i = 0; i < 100; i += 1) Promise.reject(new Error(`nobody hears ${i}`));
    return new Response('answered');
  },
};
