// When a certificate that is ordered by ACME is ordered again.

/** The part of its life that is left when it is. */
const lifeLeft = 1 / 3;
/** After an order that failed, doubled with each that fails after it: authorities count failures by the hour. */
export const acmeRetryMs = { first: 300_000, max: 86_400_000 } as const;

export const renewalAt = ({
  notBefore,
  notAfter,
}: {
  readonly notBefore: number;
  readonly notAfter: number;
}): number => Math.floor(notAfter - (notAfter - notBefore) * lifeLeft);

/** `failures` counts the one that was just now. */
export const retryAt = (failures: number, now: number): number =>
  now + Math.min(acmeRetryMs.first * 2 ** (failures - 1), acmeRetryMs.max);
