export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    return new Response('answered', { status: 200, statusText: 'OK\r\nx-injected: 1' });
  },
};
