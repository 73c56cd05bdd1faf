// `functions dev`: runs a function here, and again at each save.

import type { Command } from 'commander';
import { cacheFolder } from '../cache-folder.ts';
import { addAction, addExamples } from '../define-command.ts';
import { loadLocally } from '../load-locally.ts';
import { describeDevEvent } from '../local/dev-event.ts';
import { locateFunction } from '../locate-function.ts';
import { addRunOptions, type RunOptions } from '../run-options.ts';
import { wholeNumber } from './logs.ts';

interface DevOptions extends RunOptions {
  readonly port: number;
  readonly inspect?: number | true;
}

const inspectorPortDefault = 9229;
const port = wholeNumber(0, 65_535);

export function addDev(functions: Command): void {
  const command = functions
    .command('dev')
    .summary('run a function here')
    .description(
      'Runs the function of a folder on this machine, bundled and adapted as the platform does it, and again at each save. Needs no platform. Ctrl-C ends it. With --json each event is a line of JSON.',
    )
    .argument('[folder]', 'folder of the function; this one unless given')
    .option('-p, --port <port>', 'where it answers, on 127.0.0.1; 0 for any that is free', port, 8787)
    .option('--inspect [port]', `open a port for a debugger; ${inspectorPortDefault} unless given`, port);
  addRunOptions(command);
  addExamples(command, [
    { line: 'selvedge functions dev', does: 'the function in this folder, at http://127.0.0.1:8787' },
    { line: 'selvedge functions dev my-function --inspect', does: 'with a debugger' },
    { line: 'selvedge functions dev --geo DE --ip 203.0.113.7', does: 'as for a visitor from there' },
  ]);
  addAction<DevOptions, [string | undefined]>(command, async ({ out, world }, options, given) => {
    const { folder } = locateFunction(world.cwd, given);
    const { geo, ip, env = {}, inspect } = options;
    // Miniflare is large: only who runs something here waits for it.
    const { runDev } = await import('../local/dev.ts');
    let told = '';
    await runDev({
      folder,
      ...{ geo, ip, environment: env, port: options.port },
      cacheDir: cacheFolder(world.env),
      inspectorPort: inspect === true ? inspectorPortDefault : inspect,
      load: async () => {
        const { body, warnings } = await loadLocally(world, folder, options.config);
        // At each save, but only if they are others.
        if (warnings.join() !== told) for (const warning of warnings) out.warn(warning);
        told = warnings.join();
        return body;
      },
      output: (event) => out.item(event, () => describeDevEvent(event)),
      signal: world.interrupted,
    });
    return undefined;
  });
}
