// Finds what this machine lets us limit instances with. What counts is what works, not what is mounted: groups
// are made, and what refuses them says why.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { AppError } from '../model/errors.ts';
import { CgroupV1 } from './cgroup-v1.ts';
import { CgroupV2 } from './cgroup-v2.ts';
import { ownCgroups } from './own-cgroups.ts';
import { Polling } from './polling.ts';
import type { Resources } from './resources.ts';

export interface DetectOptions {
  /** `auto` prefers a cgroup; `cgroup` refuses to go on without. */
  readonly limits: 'auto' | 'cgroup' | 'polling';
  readonly dataDir: string;
  /** Where groups are remembered for the next control. */
  readonly rememberedIn: string;
}

/** @throws {AppError} SYS_001 where a cgroup is demanded and cannot be had. */
export function detectResources({ limits, dataDir, rememberedIn }: DetectOptions): Resources {
  if (limits === 'polling') return new Polling();
  const name = `selvedge-${createHash('sha256').update(dataDir).digest('hex').slice(0, 12)}`;
  const own = ownCgroups(readOr('/proc/self/cgroup', ''), readOr('/proc/self/mountinfo', ''));
  const reasons: string[] = [];
  const tries: [string, () => Resources][] = [
    ['v2', () => openV2(own.v2, name, rememberedIn)],
    ['v1', () => CgroupV1.open(own, name, rememberedIn)],
  ];
  for (const [version, open] of tries) {
    try {
      return open();
    } catch (error) {
      reasons.push(`${version}: ${(error as Error).message}`);
    }
  }
  const reason = `${reasons.join('; ')}. Start as root, in a systemd unit with Delegate=yes, or in a container with a writable /sys/fs/cgroup`;
  if (limits === 'cgroup') {
    throw new AppError('SYS_001', `SELVEDGE_LIMITS is "cgroup", but no cgroup can be made: ${reason}.`);
  }
  return new Polling(reason);
}

function openV2(own: string | undefined, name: string, rememberedIn: string): Resources {
  if (own === undefined) throw new Error('it is not mounted');
  return CgroupV2.open({ own, name, rememberedIn, needed: ['memory'], wanted: ['cpu', 'pids'] });
}

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}
