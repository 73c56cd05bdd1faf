import { connect } from 'cloudflare:sockets';

export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    const target = new URL(request.url).searchParams.get('control');
    let reached = false;
    for (const address of [
      `127.0.0.1:${target}`,
      `127.0.0.1:${new URL(request.url).searchParams.get('canary')}`,
    ]) {
      try {
        const socket = connect(address);
        const writer = socket.writable.getWriter();
        await writer.write(new TextEncoder().encode('GET /health HTTP/1.1\r\nhost: x\r\n\r\n'));
        const { value } = await Promise.race([
          socket.readable.getReader().read(),
          scheduler.wait(1000).then(() => ({})),
        ]);
        reached ||= value !== undefined;
        await socket.close();
      } catch {
        // Refused, as it must be.
      }
    }
    return new Response(null, { status: reached ? 418 : 200 });
  },
};
