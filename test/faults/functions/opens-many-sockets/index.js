import { connect } from 'cloudflare:sockets';

const held = [];

export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    const port = new URL(request.url).searchParams.get('canary');
    const opened = await Promise.allSettled(
      Array.from({ length: 500 }, async () => {
        const socket = connect(`127.0.0.1:${port}`);
        held.push(socket);
        await Promise.race([socket.closed, scheduler.wait(500)]);
      }),
    );
    return new Response(String(opened.length));
  },
};
