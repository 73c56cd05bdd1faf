export default {
  async fetch(request, _env, ctx) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    const { readable, writable } = new TransformStream();
    const writer = writable.getWriter();
    ctx.waitUntil(
      writer
        .write(new TextEncoder().encode('HTTP/1.1 200 OK\r\nx-injected: 1\r\n\r\n'))
        .then(() => writer.close()),
    );
    return new Response(readable, { headers: { 'content-length': '5', 'transfer-encoding': 'chunked' } });
  },
};
