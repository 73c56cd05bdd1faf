// Faults of what a function says: to its log, in its headers, and to the engine's own objects.

import { requests } from '../attack/requests.ts';
import type { Fault, Scene } from '../fault.ts';

const answered = (name: string): Fault => ({ name, drive: requests(), gets: ['200'] });

/** What a handler did to its own isolate stays with it, and `?ok` may meet it there. */
const selfHarm = (name: string): Fault => ({
  name,
  settings: { timeout: 1 },
  drive: requests(),
  gets: ['200', '500 FN_004', '504 FN_002'],
  after: ['200', '500 FN_004', '504 FN_002'],
});

async function noForgedEntry({ platform, name }: Scene): Promise<string | undefined> {
  const { body } = await platform.api<{ logs: { message: string }[] }>('GET', `/functions/${name}/logs`);
  const forged = body.logs.some(({ message }) => message === 'forged entry');
  return forged ? 'a console line was taken for an entry of the platform' : undefined;
}

export const outputFaults: readonly Fault[] = [
  answered('floods-console'),
  answered('huge-log-lines'),
  { ...answered('logs-forged-marks'), verify: noForgedEntry },
  { ...answered('logs-hostile-objects'), gets: ['200', '500 FN_004'] },
  // The function's own 500, without a code: that is the platform's to give.
  { ...answered('forges-platform-headers'), gets: ['500'] },
  { ...answered('huge-headers'), gets: ['200', '500 FN_004', '503 FN_003'] },
  { ...answered('sets-ten-thousand-cookies'), gets: ['200', '500 FN_004'] },
  { ...answered('header-injection'), gets: ['500 FN_004'] },
  { ...answered('status-text-injection'), gets: ['200', '500 FN_004'] },
  { ...answered('claims-wrong-length'), gets: ['200', '500 FN_004', 'broken body'] },
  { ...answered('answers-impossible-status'), gets: ['200', '500 FN_004'] },
  selfHarm('poisons-prototypes'),
  selfHarm('deletes-globals'),
  selfHarm('overrides-response'),
  selfHarm('overrides-promise'),
];
