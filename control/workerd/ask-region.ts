// Asks a region whether it is there, on the way that requests go: by the outbound, with its trust, its names and its
// connections. So what is said of a region is what a request would meet.

import { request } from 'node:http';
import {
  encodeWay,
  ORIGIN_FAULT_HEADER,
  ORIGIN_WAY_HEADER,
  type OriginWay,
} from '../../edge/contract/origin.ts';

/** The longest that a region may take to answer. */
export const regionAnswerMs = 2000;
/** Of the answer's body, which says nothing: what is longer costs the connection. */
const bodyBytesMax = 64 * 1024;

/** Undefined when nothing is known of the region, as the outbound itself is away. */
export type RegionAnswer = { readonly latencyMs: number } | { readonly fault: string } | undefined;

const WAY: OriginWay = {
  ...{ function: 'regions', version: '', kind: 'region', headers: {} },
  ...{ timeoutMs: regionAnswerMs, streamTimeoutMs: regionAnswerMs },
};

/** Never rejects. `url` is the endpoint and a path. */
export function askRegion(originSocket: string, url: string): Promise<RegionAnswer> {
  const headers = { [ORIGIN_WAY_HEADER]: encodeWay(WAY) };
  const options = { socketPath: originSocket, path: url, headers, timeout: regionAnswerMs * 2 };
  const started = performance.now();
  return new Promise((resolve) => {
    const asked = request(options, (answer) => {
      const latencyMs = Math.round((performance.now() - started) * 10) / 10;
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => {
        text += chunk;
        if (text.length > bodyBytesMax) answer.destroy();
      });
      answer.once('close', () => {
        const status = answer.statusCode ?? 0;
        if (answer.headers[ORIGIN_FAULT_HEADER] !== undefined) resolve({ fault: reasonIn(text) });
        else resolve(status >= 500 ? { fault: `it answers ${status}` } : { latencyMs });
      });
    });
    asked.once('timeout', () => asked.destroy());
    asked.once('error', () => resolve(undefined));
    asked.end();
  });
}

/** Without the address: visitors are told it. */
function reasonIn(text: string): string {
  const { error } = JSON.parse(text) as { error: { reason?: string; message: string } };
  return error.reason ?? error.message;
}
