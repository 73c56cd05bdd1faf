// What the suite's client uses of `fetch`, over node:http: each header as it was given and none besides, as a browser's or
// Node's own `fetch` adds some that caches go by.

import { Agent, request } from 'node:http';

const agent = new Agent({ keepAlive: true, maxSockets: 200 });

export interface PlainInit {
  readonly method?: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string;
}

/** `*.localhost` is this machine, whether or not a resolver says so. */
export function plainFetch(
  url: string,
  { method = 'GET', headers = [], body }: PlainInit = {},
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const fields: Record<string, string> = {};
    for (const [name, value] of headers) {
      const known = fields[name.toLowerCase()];
      fields[name.toLowerCase()] = known === undefined ? value : `${known}, ${value}`;
    }
    const { host, hostname, port, pathname, search } = new URL(url);
    fields.host = host;
    if (body !== undefined) fields['content-length'] = String(Buffer.byteLength(body));
    const to = hostname.endsWith('.localhost') ? '127.0.0.1' : hostname;
    const target = { host: to, port, path: pathname + search };
    const outgoing = request({ ...target, method, headers: fields, agent }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.once('error', reject);
      incoming.once('end', () => {
        const given = new Headers();
        for (let at = 0; at + 1 < incoming.rawHeaders.length; at += 2)
          given.append(String(incoming.rawHeaders[at]), String(incoming.rawHeaders[at + 1]));
        const text = Buffer.concat(chunks).toString('utf8');
        // Only what the suite asks of a response; a real one takes neither status 999 nor a body with 304.
        const { statusCode: status, statusMessage: statusText } = incoming;
        resolve({ status, statusText, headers: given, text: async () => text } as unknown as Response);
      });
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}
