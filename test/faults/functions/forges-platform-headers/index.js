export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    return new Response('forged', {
      status: 500,
      headers: {
        'x-selvedge-error': 'FN_002',
        'x-selvedge-outcome': 'threw',
        'x-selvedge-slot': '0',
        'x-selvedge-duration-ms': '0',
      },
    });
  },
};
