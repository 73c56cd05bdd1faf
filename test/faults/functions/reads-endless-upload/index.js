export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    let bytes = 0;
    for await (const part of request.body) bytes += part.byteLength;
    return new Response(String(bytes));
  },
};
