// The options that `functions dev` and `functions test` share.

import type { Command } from 'commander';
import { collect } from './commands/invoke.ts';

export interface RunOptions {
  readonly config?: string;
  readonly geo?: string;
  readonly ip?: string;
  readonly env?: Record<string, string>;
}

export function addRunOptions(command: Command): Command {
  return command
    .option('--geo <country>', 'pretend a visitor from there, as in DE')
    .option('--ip <address>', 'pretend a visitor of this address')
    .option('--env <NAME=value>', 'a variable, in place of the configuration; may be repeated', collect)
    .option('--config <file>', 'configuration, in place of function.config.ts or wrangler.toml');
}
