// `certificates`: what HTTPS is served with.

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Certificate } from '../../client/client.ts';
import { CliError } from '../cli-error.ts';
import { addAction, addExamples } from '../define-command.ts';
import { renderTable } from '../render-table.ts';

interface AddOptions {
  readonly cert?: string;
  readonly key?: string;
  readonly name?: string;
}

export function addCertificates(program: Command): void {
  const certificates = program
    .command('certificates')
    .summary('what HTTPS is served with')
    .description(
      'Certificates that HTTPS is served with: those in files, given ones, and those that are ordered by ACME.',
    )
    .helpCommand(false);
  addList(certificates);
  addAdd(certificates);
  addRemove(certificates);
}

function addList(certificates: Command): void {
  const command = certificates
    .command('list')
    .summary('list certificates')
    .description('Lists certificates: for which hosts, until when, from where, and how far an order is.');
  addExamples(command, [{ line: 'selvedge certificates list', does: 'as an owner of all projects' }]);
  addAction<object, []>(command, async (context) => {
    const { out, client, call } = context;
    const listed = await context.progress('asking the server', () => client.certificates.list(call));
    out.result({ certificates: listed }, () =>
      listed.length === 0
        ? 'There are no certificates.'
        : renderTable(
            ['NAME', 'HOSTS', 'FROM', 'ENDS AT', 'STATE'],
            listed.map((one) => [
              ...[one.name, one.domains.join(' '), one.source, one.not_after ?? '', stateOf(one)],
            ]),
          ),
    );
    return undefined;
  });
}

function addAdd(certificates: Command): void {
  const command = certificates
    .command('add')
    .summary('give or order a certificate')
    .description(
      'With --cert and --key, gives a certificate of your own to the platform. With hosts, has one ordered by ACME: they must lead to this platform at port 80.',
    )
    .argument('[hosts...]', 'hosts for which one is ordered')
    .option('--cert <file>', 'file with the certificate and its chain, in PEM')
    .option('--key <file>', 'file with its key, in PEM')
    .option('--name <name>', 'what it is called; the first host unless given');
  addExamples(command, [
    { line: 'selvedge certificates add shop.example.com', does: 'orders one' },
    { line: 'selvedge certificates add --cert fullchain.pem --key privkey.pem', does: 'gives one' },
  ]);
  addAction<AddOptions, [string[]]>(command, async (context, { cert, key, name }, hosts) => {
    const { out, client, call, world } = context;
    const named = name === undefined ? {} : { name };
    const given = cert !== undefined || key !== undefined;
    if (given === hosts.length > 0 || (given && (cert === undefined || key === undefined)))
      throw new CliError(
        'usage',
        'Give either hosts, for which a certificate is ordered, or both --cert and --key.',
      );
    const added = await context.progress('asking the server', async () =>
      cert !== undefined && key !== undefined
        ? client.certificates.add(
            { ...named, certificate: await readPem(world.cwd, cert), key: await readPem(world.cwd, key) },
            call,
          )
        : client.certificates.add({ ...named, domains: hosts, acme: true }, call),
    );
    out.result(added, () =>
      added.acme
        ? `The certificate ${added.name} for ${added.domains.join(', ')} is being ordered: "selvedge certificates list" tells how far that is.`
        : `The certificate ${added.name} for ${added.domains.join(', ')} is served until ${added.not_after}.`,
    );
    return undefined;
  });
}

function addRemove(certificates: Command): void {
  const command = certificates
    .command('remove')
    .summary('delete a certificate')
    .description('Deletes a certificate that the platform keeps. Connections that there are go on.')
    .argument('<name>', 'name of the certificate');
  addExamples(command, [{ line: 'selvedge certificates remove shop.example.com', does: 'from now on' }]);
  addAction<object, [string]>(command, async (context, _, name) => {
    const { out, client, call } = context;
    const removed = await context.progress('asking the server', () => client.certificates.remove(name, call));
    out.result(removed, () => `The certificate ${removed.name} is deleted.`);
    return undefined;
  });
}

async function readPem(cwd: string, file: string): Promise<string> {
  return readFile(resolve(cwd, file), 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CliError('usage', `${file} cannot be read (${error.code}).`);
  });
}

function stateOf({ served, acme }: Certificate): string {
  if (acme?.state === 'failing') return `failing: ${acme.last_error}`;
  if (acme && acme.state !== 'valid') return acme.state;
  return served ? 'served' : 'not served';
}
