export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    const tried = [];
    for (const pid of [process.pid, process.ppid, 0, 1, -1]) {
      try {
        process.kill(pid, 'SIGKILL');
        tried.push(`killed ${pid}`);
      } catch {
        tried.push('refused');
      }
    }
    return new Response(tried.join());
  },
};
