// Where a Worker answers, in the one line of wrangler's that a platform has a hand in.
//
// wrangler prints the host of `subdomain.url`, without scheme and port. That is the real address where the edge listens at
// port 80; elsewhere it leads nowhere. The only text of ours that it prints as it is is the startup time, so there the
// address goes: "Worker Startup Time: http://hello.localhost:8080/ after 14 ms". Who asks by another program, and expects
// a number, gets the number. docs/design/wrangler.md has what else was tried.

import type { CloudflareCall } from './add-endpoint.ts';

/** `labels` are those of previews: the first digits of a version, an alias. */
export function startupTime(
  call: Pick<CloudflareCall, 'header'>,
  startedAt: number,
  url: string | undefined,
  labels: readonly string[] = [],
): number | string {
  const ms = Math.max(1, Math.round(performance.now() - startedAt));
  const isWrangler = /^wrangler\//i.test(call.header('user-agent') ?? '');
  if (!isWrangler || url === undefined || new URL(url).port === '') return ms;
  const previews = labels.map((label) => previewUrl(url, label));
  return `${url}${previews.length > 0 ? ` (this version: ${previews.join(' ')})` : ''} after ${ms}`;
}

/** `http://hello.localhost:8080/` and `0123abcd` make `http://0123abcd-hello.localhost:8080/`. */
function previewUrl(url: string, label: string): string {
  const preview = new URL(url);
  preview.hostname = `${label}-${preview.hostname}`;
  return preview.href;
}
