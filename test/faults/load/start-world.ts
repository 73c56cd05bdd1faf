// A platform in a clean directory with the three honest functions, warm and under load.

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestPlatform } from '../../support/test-platform.ts';
import { waitFor } from '../../support/wait-for.ts';
import { pause } from '../attack/requests.ts';
import { connectionsTo, portsOf } from '../inventory.ts';
import { type HonestFunction, honestFunctions } from './honest-functions.ts';
import { HonestLoad, now } from './honest-load.ts';

/** Modest: some hundredth of what two processors serve, so that what is measured is not the load itself. */
const ratePerFunction = 30;
const connectionsPerFunction = 6;
const requestTimeoutMs = 10_000;
/** The first seconds compile code everywhere and are nobody's figures. */
const warmUpMs = 2000;

export interface RunningWorld {
  readonly platform: TestPlatform;
  readonly load: HonestLoad;
  /** Ends all that was started; rejects if honest load or platform had ended before. */
  stop(): Promise<void>;
}

/** `prepare` deploys more functions, and gives those that get a share of the load. */
export async function startWorld(
  say: (line: string) => void,
  prepare: (platform: TestPlatform) => Promise<readonly HonestFunction[]> = async () => [],
): Promise<RunningWorld> {
  const platform = new TestPlatform(mkdtempSync(join(tmpdir(), 'slvf-')), {});
  try {
    await platform.start();
    for (const { name, code } of honestFunctions) {
      await platform.create(name, code, { scaling: { minInstances: 1 } });
    }
    const functions = [...honestFunctions, ...(await prepare(platform))];
    const load = new HonestLoad({
      ...{ port: platform.edgePort, functions },
      ...{ rate: ratePerFunction, connections: connectionsPerFunction, timeoutMs: requestTimeoutMs },
    });
    await pause(warmUpMs);
    await waitFor('every front to have a share of the honest load', () =>
      spread(platform, load).every((n) => n > 0),
    );
    say(
      `honest load: ${functions.map(({ name }) => name).join(', ')}, ${ratePerFunction} requests a second each, on connections of which the fronts hold ${spread(platform, load).join(' and ')}${load.ahead ? '' : '; the generator has no precedence, so its own waits are in the figures'}`,
    );
    const { failed, faults } = await load.figures(0, now());
    if (failed > 0) throw new Error(`honest requests fail without any fault: ${JSON.stringify(faults)}`);
    const stop = async (): Promise<void> => {
      await load.stop();
      await platform.destroy();
    };
    // What runs is detached, and would outlive whoever interrupts this.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => void stop().finally(() => process.exit(1)));
    }
    return { platform, load, stop };
  } catch (error) {
    await platform.destroy();
    throw error;
  }
}

/** How many of the load's connections each front holds. */
export function spread(platform: TestPlatform, load: HonestLoad): number[] {
  const ours = portsOf(load.pid, connectionsTo(platform.edgePort, 'remote'));
  const served = connectionsTo(platform.edgePort, 'local').filter(({ otherPort }) => ours.has(otherPort));
  return platform
    .processes()
    .filter(({ kind }) => kind === 'front')
    .map(({ pid }) => portsOf(pid, served).size);
}
