// The outbound as text for Node, built at start like the edge's workers: what runs is what is installed then, also
// when it is started again after the installation has changed, and it opens one file less than it has modules.

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '../..');

export interface OutboundProgram {
  /** Source of one ES module. */
  readonly text: string;
  readonly build: string;
}

/** `settings` is all that it is started with besides: another value means another build. */
export async function buildOutbound(settings: string): Promise<OutboundProgram> {
  const { outputFiles } = await build({
    entryPoints: ['control/outbound/main.ts'],
    absWorkingDir: root,
    bundle: true,
    write: false,
    format: 'esm',
    target: 'node24',
    platform: 'node',
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'silent',
  });
  const text = outputFiles[0]?.text;
  if (text === undefined) throw new Error('Bundling control/outbound/main.ts gave no module.');
  const identity = [process.execPath, process.version, text, settings];
  return { text, build: createHash('sha256').update(JSON.stringify(identity)).digest('hex') };
}
