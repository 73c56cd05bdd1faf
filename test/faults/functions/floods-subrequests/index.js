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
    const url = `http://127.0.0.1:${canary(request)}/`;
    const results = await Promise.all(Array.from({ length: 500 }, () => reaches(url)));
    return new Response(null, { status: results.includes(true) ? 418 : 200 });
  },
};
