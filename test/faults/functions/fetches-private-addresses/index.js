const canary = (request) => new URL(request.url).searchParams.get('canary');

async function reaches(url) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
    await response.body?.cancel();
    return response.status < 400;
  } catch {
    return false;
  }
}

export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    const port = canary(request);
    const hosts = [
      '127.0.0.1',
      'localhost',
      '127.1',
      '2130706433',
      '0x7f000001',
      '0.0.0.0',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '[::]',
    ];
    const inside = hosts.map((host) => `http://${host}:${port}/`);
    const metadata = ['http://169.254.169.254/latest/meta-data/', 'http://10.0.0.1/', 'http://192.168.0.1/'];
    const results = await Promise.all([...inside, ...metadata].map(reaches));
    return new Response(null, { status: results.includes(true) ? 418 : 200 });
  },
};
