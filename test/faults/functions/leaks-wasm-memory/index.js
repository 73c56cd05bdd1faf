const memory = new WebAssembly.Memory({ initial: 1 });

export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    memory.grow(256);
    new Uint8Array(memory.buffer).fill(1);
    return new Response(String(memory.buffer.byteLength));
  },
};
