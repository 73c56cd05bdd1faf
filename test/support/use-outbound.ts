import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Egress } from '../../control/model/egress.ts';
import { emitCapnp } from '../../control/workerd/emit-capnp.ts';
import { instanceSample } from '../../control/workerd/goldens/sample-configs.ts';
import { buildOutbound, Outbound } from '../../control/workerd/outbound.ts';
import { OutboundCallers } from '../../control/workerd/outbound-callers.ts';
import type { ProcessRecord } from '../../control/workerd/run-dir.ts';
import { RunDir } from '../../control/workerd/run-dir.ts';
import { useTmpDir } from './use-tmp-dir.ts';
import { type RunningWorkerd, useWorkerd } from './use-workerd.ts';

export interface OutboundUnderTest {
  readonly runDir: RunDir;
  readonly outbound: Outbound;
  readonly callers: OutboundCallers;
  /** Path of the socket of a new function with these rules. */
  socket(egress: Egress, functionId?: string): Promise<string>;
  /** A real instance of a function with these rules. */
  instance(code: string, egress: Egress): Promise<RunningWorkerd>;
  /** Lines that it wrote for functions' logs, each less its mark. */
  lines(): { k: string; l?: string; m?: string; c?: number; f: string; v: string }[];
  record(): ProcessRecord | undefined;
}

export interface OutboundTestSettings {
  readonly openNetworks?: readonly string[];
  readonly extraCas?: string;
}

/** The outbound as control starts it; gone at the end of the test. */
export async function useOutbound({
  openNetworks = [],
  extraCas,
}: OutboundTestSettings = {}): Promise<OutboundUnderTest> {
  const runDir = new RunDir(useTmpDir());
  const log = (message: string, details: object): void => console.log(message, details);
  const callers = new OutboundCallers({ runDir, log });
  const outbound = new Outbound({
    ...{ runDir, openNetworks, extraCas, log },
    ...(await buildOutbound('')),
    onGone: async () => undefined,
  });
  onTestFinished(async () => {
    callers.close();
    await outbound.close(0);
  });
  await outbound.start([]);
  let made = 0;
  const socket = async (egress: Egress, functionId = `fn_${made}`): Promise<string> => {
    made += 1;
    const name = await callers.admit({ function: functionId, version: `v${made}`, egress });
    return join(runDir.servicesDir(), name);
  };
  const record = (): ProcessRecord | undefined =>
    runDir.readRecords().find(({ kind }) => kind === 'outbound');
  return {
    ...{ runDir, outbound, callers, socket, record },
    instance: async (code, egress) => {
      const modules = [{ name: 'index.js', type: 'esm', content: code }] as const;
      const config = instanceSample({ modules, outboundSocket: await socket(egress) });
      return useWorkerd(emitCapnp(config), { sockets: ['http'] });
    },
    lines: () =>
      readFileSync(runDir.consoleFile(record()?.id ?? ''), 'utf8')
        .split('\n')
        .filter((line) => line.startsWith('\u001eS'))
        .map((line) => JSON.parse(line.slice(2))),
  };
}
