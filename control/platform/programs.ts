// The configs of the processes that run our own code, compiled at start, and the hashes by which the next
// control tells whether what runs is what it would start.

import { createHash } from 'node:crypto';
import { compileConfig } from '../workerd/compile-config.ts';
import { bundleEdge } from '../workerd/edge-bundle.ts';
import { emitCapnp } from '../workerd/emit-capnp.ts';
import { frontConfig } from '../workerd/front-config.ts';
import { outboundConfig } from '../workerd/outbound-config.ts';
import type { RunDir } from '../workerd/run-dir.ts';
import { binaryIdentity } from '../workerd/workerd-binary.ts';

/**
 * Fronts collect their whole heap each time: it is small, and the alternative is a pause of 100 ms now and then,
 * as request wrappers pile up. Not for instances: it costs 5 ms of a cold start, and their heaps may be large.
 */
const FRONT_V8_FLAGS = ['--gc-global'];

export interface Program {
  /** Binary config for workerd's standard input. */
  readonly config: Uint8Array;
  readonly build: string;
}

export interface Programs {
  readonly front: Program;
  readonly outbound: Program;
}

export interface ProgramsOptions {
  readonly runDir: RunDir;
  readonly cacheDir: string;
  readonly workerd: string;
  readonly slots: number;
}

export async function compilePrograms({
  runDir,
  cacheDir,
  workerd,
  slots,
}: ProgramsOptions): Promise<Programs> {
  const [router, outbound] = await Promise.all([bundleEdge('router'), bundleEdge('outbound')]);
  const compile = async (text: string): Promise<Program> => ({
    config: await compileConfig(text, { cacheDir, workerd }),
    build: createHash('sha256').update(binaryIdentity(workerd)).update(text).digest('hex'),
  });
  const [front, egress] = await Promise.all([
    compile(
      emitCapnp(
        frontConfig({
          ...{ router, slots },
          runDir: runDir.path,
          snapshotDir: runDir.snapshotDir(),
          v8Flags: FRONT_V8_FLAGS,
        }),
      ),
    ),
    compile(emitCapnp(outboundConfig({ outbound }))),
  ]);
  return { front, outbound: egress };
}
