// What /health tells of TLS. Pure, but for the asking.

import type { TlsStatus } from '../../tls/contract.ts';

/** So long before its end a certificate that is not renewed is told. */
export const expiryWarnedDays = 14;
const DAY_MS = 86_400_000;

/** `door` is undefined where no TLS is served; its status is when it does not run. */
export function tlsProblems(
  door: { readonly status: TlsStatus | undefined } | undefined,
  now: number,
): string[] {
  if (door === undefined) return [];
  const { status } = door;
  if (status === undefined) return ['The TLS door does not answer, so nothing is served by HTTPS.'];
  const none =
    status.certificates.length === 0
      ? [
          'HTTPS is served without a certificate, so no client can connect: put one into SELVEDGE_TLS_CERTS, or POST /certificates.',
        ]
      : [];
  const ending = status.certificates
    .filter(({ notAfter }) => notAfter - now < expiryWarnedDays * DAY_MS)
    .map(({ name, names, notAfter }) => {
      const when = new Date(notAfter).toISOString();
      return `The certificate "${name}" for ${names.join(', ')} ${notAfter <= now ? 'ended' : 'ends'} at ${when}: renew it.`;
    });
  return [...none, ...ending, ...status.problems];
}
