// `geo`: where an address is, as functions see it.

import type { Command } from 'commander';
import type { PlacedAddress } from '../../client/client.ts';
import { addAction, addExamples } from '../define-command.ts';

export function addGeo(program: Command): void {
  const command = program
    .command('geo')
    .summary('show where an address is')
    .description('Shows what the platform knows of an address, as functions see it in `request.cf`.')
    .argument('<ip>', 'IPv4 or IPv6 address');
  addExamples(command, [
    { line: 'selvedge geo 193.99.144.80', does: 'country, city, time zone and network' },
  ]);
  addAction<object, [string]>(command, async (context, _options, ip) => {
    const { out, client, call } = context;
    const found = await context.progress('asking the server', () => client.geo(ip, call));
    out.result(found, () => describe(found));
    return undefined;
  });
}

function describe({ ip, ...geo }: PlacedAddress): string {
  const known = Object.entries(geo);
  if (known.length === 0) return `${ip}: nothing is known of it.`;
  return [['ip', ip], ...known].map(([name, value]) => `${String(name).padEnd(16)}${value}`).join('\n');
}
