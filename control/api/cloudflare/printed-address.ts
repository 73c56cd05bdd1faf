// Where a Worker answers, in the one line of wrangler's that a platform has a hand in.
//
// wrangler prints the host of `subdomain.url`, without scheme and port. That is the real address where the edge listens at
// port 80; elsewhere it leads nowhere. The only text of ours that it prints as it is is the startup time, so there the
// address goes: "Worker Startup Time: http://hello.localhost:8080/ after 14 ms". Who asks by another program, and expects
// a number, gets the number. docs/design/wrangler.md has what else was tried.

import type { CloudflareCall } from './add-endpoint.ts';

export function startupTime(
  call: CloudflareCall,
  startedAt: number,
  url: string | undefined,
): number | string {
  const ms = Math.max(1, Math.round(performance.now() - startedAt));
  const isWrangler = /^wrangler\//i.test(call.header('user-agent') ?? '');
  return isWrangler && url !== undefined && new URL(url).port !== '' ? `${url} after ${ms}` : ms;
}

/** Of a function's own URL: `http://hello.localhost:8080/` becomes `http://0123abcd-hello.localhost:8080/`. */
export const previewUrl = (url: string, version: string): string => {
  const preview = new URL(url);
  preview.hostname = `${version.slice(0, 8)}-${preview.hostname}`;
  return preview.href;
};
