export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    const kept = [];
    for (let text = 'x'; ; text += text) {
      kept.push(text.charCodeAt(text.length - 1), text);
    }
  },
};
