// Says what is going on, to a person, when it takes longer than a person waits without asking.

import type { Output } from './output.ts';

const progressAfterMs = 500;
const frameMs = 120;
const FRAMES = ['-', '\\', '|', '/'];

/** Runs `work`; from half a second on, and only on a terminal, `what` and the seconds are shown on stderr. */
export async function showProgress<T>(out: Output, what: string, work: () => Promise<T>): Promise<T> {
  if (!out.showsProgress) return work();
  const begun = Date.now();
  let frame = 0;
  const timer = setInterval(() => {
    const took = Date.now() - begun;
    if (took < progressAfterMs) return;
    frame = (frame + 1) % FRAMES.length;
    out.progress(`${FRAMES[frame]} ${what} (${Math.round(took / 1000)} s)`);
  }, frameMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    out.clearProgress();
  }
}
