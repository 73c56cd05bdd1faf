import spin from './spin.wasm';

export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    const { exports } = await WebAssembly.instantiate(spin, {});
    exports.spin();
    return new Response('never');
  },
};
