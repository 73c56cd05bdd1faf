export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    const [client, server] = Object.values(new WebSocketPair());
    server.accept();
    const text = 'x'.repeat(64 * 1024);
    const flood = setInterval(() => {
      for (let i = 0; i < 16; i += 1) server.send(text);
    }, 1);
    server.addEventListener('close', () => clearInterval(flood));
    return new Response(null, { status: 101, webSocket: client });
  },
};
