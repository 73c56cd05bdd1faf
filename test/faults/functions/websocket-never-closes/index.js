export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    const [client, server] = Object.values(new WebSocketPair());
    server.accept();
    server.addEventListener('message', () => {});
    return new Response(null, { status: 101, webSocket: client });
  },
};
