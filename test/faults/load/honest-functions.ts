// The three honest functions whose visitors must not notice anything, and what they must answer.

import { createHash } from 'node:crypto';

export interface HonestFunction {
  readonly name: string;
  readonly code: string;
  readonly method: 'GET' | 'POST';
  readonly body?: string;
  /** Anything else, were it one byte, is a failed request. */
  readonly expected: string;
}

const page = '<p>honest</p>'.repeat(788).slice(0, 10 * 1024);
const upload = 'what an honest visitor sends; '.repeat(70);

export const honestFunctions: readonly HonestFunction[] = [
  {
    name: 'honest-hello',
    code: `export default { fetch: () => Response.json({ hello: 'world' }) };`,
    method: 'GET',
    expected: '{"hello":"world"}',
  },
  {
    name: 'honest-page',
    code: `const page = ${JSON.stringify(page)};
export default { async fetch() { await scheduler.wait(5); return new Response(page); } };`,
    method: 'GET',
    expected: page,
  },
  {
    name: 'honest-digest',
    code: `export default {
  async fetch(request) {
    const digest = await crypto.subtle.digest('SHA-256', await request.arrayBuffer());
    return new Response(Buffer.from(digest).toString('hex'));
  },
};`,
    method: 'POST',
    body: upload,
    expected: createHash('sha256').update(upload).digest('hex'),
  },
];
