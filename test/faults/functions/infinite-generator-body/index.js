export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    function* forever() {
      for (;;) yield new TextEncoder().encode('again ');
    }
    return new Response(ReadableStream.from(forever()));
  },
};
