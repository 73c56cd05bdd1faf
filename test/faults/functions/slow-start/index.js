import change from './change.js';

for (;;);

export default { fetch: () => new Response(String(change)) };
