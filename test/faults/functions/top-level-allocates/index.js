import change from './change.js';

const kept = Array.from({ length: 40 }, () => new Uint8Array(64 * 1024 * 1024).fill(1));

export default { fetch: () => new Response(`${kept.length} ${change}`) };
