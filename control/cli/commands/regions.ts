// `regions`: list, add and remove them.

import { type Command, InvalidArgumentError } from 'commander';
import type { Region } from '../../client/client.ts';
import { addAction, addExamples } from '../define-command.ts';
import { renderTable } from '../render-table.ts';

interface AddOptions {
  readonly latitude: number;
  readonly longitude: number;
  readonly endpoint?: string;
  readonly tag?: readonly string[];
  readonly healthPath?: string;
  readonly hopSecret?: string;
}

export function addRegions(program: Command): void {
  const regions = program
    .command('regions')
    .summary('list, add and remove regions')
    .description(
      'Lists the regions in which requests can be answered, with their health. One is this machine.',
    );
  addExamples(regions, [{ line: 'selvedge regions', does: 'where they are, and how they are' }]);
  addList(regions);
  addAdd(regions);
  addRemove(regions);
}

function addList(regions: Command): void {
  addAction<object, []>(regions, async (context) => {
    const { out, client, call } = context;
    const listed = await context.progress('reading the list', () => client.regions.list(call));
    out.result(listed, () =>
      renderTable(['REGION', 'PLACE', 'TAGS', 'ENDPOINT', 'HEALTH', 'LATENCY'], listed.regions.map(rowOf)),
    );
    return undefined;
  });
}

function addAdd(regions: Command): void {
  const command = regions
    .command('add')
    .summary('add a region')
    .description(
      "Adds a region; one with this machine's name says where this machine is, and has no endpoint.",
    )
    .argument('<name>', 'its name, as in eu-west')
    .requiredOption('--latitude <degrees>', 'north is positive', degrees)
    .requiredOption('--longitude <degrees>', 'east is positive', degrees)
    .option('--endpoint <url>', 'front of another Selvedge, or any HTTP server')
    .option('--tag <tag...>', 'continent, country or zone that it is in, for residency')
    .option('--health-path <path>', 'asked for signs of life; / unless set')
    .option('--hop-secret <text>', 'shared with the platform there, which then believes who the client is');
  addExamples(command, [
    {
      line: 'selvedge regions add eu-west --latitude 53.35 --longitude -6.26 --tag EU IE --endpoint https://eu-west.example.com',
      does: 'from now on functions may run there',
    },
  ]);
  addAction<AddOptions, [string]>(command, async (context, options, name) => {
    const { out, client } = context;
    const { latitude, longitude, endpoint, tag, healthPath, hopSecret } = options;
    const region = {
      ...{ name, latitude, longitude },
      ...(endpoint !== undefined && { endpoint }),
      ...(tag && { tags: [...tag] }),
      ...(healthPath !== undefined && { health_path: healthPath }),
      ...(hopSecret !== undefined && { hop_secret: hopSecret }),
    };
    const made = await context.progress(`adding ${name}`, () => client.regions.create(region));
    out.result(made, () => `Region ${made.name} is there.`);
    return undefined;
  });
}

function addRemove(regions: Command): void {
  const command = regions
    .command('remove')
    .summary('remove a region')
    .description('Removes a region, so that no request goes there any more. One that rules name stays.')
    .argument('<name>', 'its name');
  addExamples(command, [{ line: 'selvedge regions remove eu-west', does: 'it is no region any more' }]);
  addAction<object, [string]>(command, async (context, _, name) => {
    const { out, client } = context;
    const gone = await context.progress(`removing ${name}`, () => client.regions.delete(name));
    out.result(gone, () => `Region ${gone.name} is gone.`);
    return undefined;
  });
}

function rowOf({ name, latitude, longitude, tags, endpoint, health }: Region): string[] {
  const place = latitude === null || longitude === null ? 'not said' : `${latitude}, ${longitude}`;
  const latency = health.latency_ms === null ? '' : `${health.latency_ms} ms`;
  return [name, place, tags.join(' '), endpoint ?? 'this machine', health.fault ?? 'healthy', latency];
}

function degrees(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value))
    throw new InvalidArgumentError('It must be a number of degrees.');
  return value;
}
