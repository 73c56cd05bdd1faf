export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    const spin = () => Promise.resolve().then(spin);
    return spin();
  },
};
