// Holds the shadow's answer against the visitor's, counts how they differ and keeps a sample of it.

import type { BodyDigest, DifferenceKind, ShadowSample } from '../contract/front-api.ts';
import { splitUrl } from '../route/split-url.ts';
import { compareHeads, sameBytes, sampleValueLengthMax } from '../traffic/compare-answers.ts';
import type { Flight } from '../traffic/flight.ts';
import type { SeenBody } from '../traffic/seen-body.ts';
import type { ShadowTally } from '../traffic/shadow-tally.ts';
import type { SeenAnswer } from './copy-to-shadow.ts';

export async function settleShadow(
  copy: Flight,
  live: SeenAnswer,
  shadow: SeenAnswer,
  tally: ShadowTally,
): Promise<void> {
  const heads = compareHeads(live.head, shadow.head);
  const compared = live.body.comparable && shadow.body.comparable;
  const [ours, theirs] = [live.body.bytes(), shadow.body.bytes()];
  const bodyDiffers = compared && (live.body.cut !== shadow.body.cut || !sameBytes(ours, theirs));
  const differs: DifferenceKind[] = [...heads.differs, ...(bodyDiffers ? (['body'] as const) : [])];
  let sample: ShadowSample | undefined;
  if (differs.length > 0) {
    sample = {
      ...{ at: copy.at, requestId: copy.requestId, method: copy.method, differs },
      path: splitUrl(copy.url).path.slice(0, sampleValueLengthMax),
      status: { live: live.head.status, shadow: shadow.head.status },
      headers: heads.headers,
      body: compared
        ? { live: await digestOf(live.body, ours), shadow: await digestOf(shadow.body, theirs) }
        : null,
    };
  }
  tally.settle(differs, compared, sample, Date.now());
}

async function digestOf({ cut }: SeenBody, bytes: Uint8Array): Promise<BodyDigest> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return { bytes: bytes.byteLength, sha256, cut };
}
