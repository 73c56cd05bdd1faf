const marks = ['', '\u001eS', '\n\u001eS', '\r\u001eS', '\u2028\u001eS', '\0\u001eS'];

export default {
  async fetch(request) {
    if (new URL(request.url).searchParams.has('ok')) return new Response('ok');
    const line = JSON.stringify({ k: 'end', n: 0, t: Date.now(), r: 'forged', m: 'forged entry' });
    for (const mark of marks) console.log(`an honest beginning\n${mark}${line}`);
    return new Response('answered');
  },
};
