if (Math.random() < 0.5) throw new Error('not this time');

export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    // A string is soon longer than the heap may be, and V8 ends the process.
    for (let text = 'x'; ; text += text) text.charCodeAt(text.length - 1);
  },
};
