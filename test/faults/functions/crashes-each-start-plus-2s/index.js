let doomed = false;

export default {
  async fetch(request, _env, ctx) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    if (!doomed) {
      doomed = true;
      ctx.waitUntil(
        scheduler.wait(2000).then(() => {
          // A string is soon longer than the heap may be, and V8 ends the process.
          for (let text = 'x'; ; text += text) text.charCodeAt(text.length - 1);
        }),
      );
    }
    return new Response('answered');
  },
};
