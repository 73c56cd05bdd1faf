// Goal: nothing outside of an instance's sandbox can be touched from inside.
// Method: a plain program, which can make any system call, runs by the very command that an instance runs by,
// with the same descriptors and limits, beside a host that has everything that it reaches for. Each try has
// the end that it must have. Those that the walls behind the filter hold as well run again without the filter.

import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { constants } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Sandbox, tmpBytesMax, wrap } from '../../control/sandbox/bubblewrap.ts';
import { detectSandbox, librariesOf } from '../../control/sandbox/detect-sandbox.ts';
import { problemsOf } from '../../control/sandbox/isolation.ts';
import { consoleBytesMax, openFilesMax, spawnSandboxed } from '../../control/workerd/blank-instance.ts';
import { withUnixSocket } from '../../control/workerd/listening-socket.ts';
import { RunDir } from '../../control/workerd/run-dir.ts';
import { workerdBinary } from '../../control/workerd/workerd-binary.ts';
import { numberOf } from '../support/call-numbers.ts';
import { asPerl, escapeTries, listed, type Outside, type Try } from '../support/escape-tries.ts';
import { asScript, scriptTries } from '../support/script-tries.ts';
import { useSelvedge } from '../support/use-selvedge.ts';
import { useTmpDir } from '../support/use-tmp-dir.ts';

const PERL = '/usr/bin/perl';
const sandbox = await detectSandbox(workerdBinary());
const libraries = await librariesOf(PERL);
const { filterFd: _filter, ...unfiltered } = sandbox;
const { userNamespaceFd: _user, ...asControl } = sandbox;

interface Ended {
  /** What it wrote to its console. */
  readonly output: string;
  readonly code: number | null;
  readonly console: string;
}

/** Runs a Perl program as an instance is run. */
async function runInside(walls: Sandbox, program: string, runDir = new RunDir(useTmpDir())): Promise<Ended> {
  const file = runDir.consoleFile('instance-perl');
  const child = await withUnixSocket(runDir.blankSocket('instance-perl'), (socketFd) => {
    const console = openSync(file, 'a', 0o600);
    try {
      const command = wrap(
        { ...walls, libraries },
        PERL,
        ['-e', program],
        { servicesDir: runDir.servicesDir() },
        {
          firstFd: 5,
        },
      );
      return spawnSandboxed(command, ['pipe', console, console, socketFd, 'pipe']);
    } finally {
      closeSync(console);
    }
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  return { output: readFileSync(file, 'latin1').slice(0, 100_000), code, console: file };
}

async function listen(where: { path: string } | { host: string; port: number }): Promise<number> {
  const server = createServer((connection) => connection.end('reached'));
  server.listen(where);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

/** A host with a neighbour, listeners and secrets. */
async function useOutside(runDir: RunDir): Promise<Outside> {
  const dataDir = join(runDir.path, '..');
  mkdirSync(join(dataDir, 'bundles'));
  const sockets = {
    slot: runDir.slotSocket(1),
    blank: runDir.blankSocket('instance-1'),
    control: runDir.controlSocket(),
    front: runDir.frontSocket('front-1'),
  };
  for (const path of [...Object.values(sockets), join(runDir.servicesDir(), 'outbound.sock')])
    await listen({ path });
  const abstractSocket = `selvedge-${process.pid}`;
  await listen({ path: `\0${abstractSocket}` });
  const ports = {
    control: await listen({ host: '127.0.0.1', port: 0 }),
    edge: await listen({ host: '127.0.0.1', port: 0 }),
  };
  const neighbourConsole = runDir.consoleFile('instance-neighbour');
  writeFileSync(neighbourConsole, 'a secret');
  const repository = join(import.meta.dirname, '../..');
  return { dataDir, repository, neighbourConsole, sockets, abstractSocket, ports, pid: process.pid };
}

/** What each try came to, in the words of its list. */
async function ends(walls: Sandbox, pick: (all: readonly Try[]) => readonly Try[]): Promise<[Try, string][]> {
  const runDir = new RunDir(join(useTmpDir(), 'run'));
  const ownUser = walls.userNamespaceFd !== undefined;
  const tries = pick(escapeTries(await useOutside(runDir), ownUser));
  const { output, code } = await runInside(walls, asPerl(tries), runDir);
  expect(code, output).toBe(0);
  const said = new Map(output.split('\n').map((line) => line.split('\t', 2) as [string, string]));
  return tries.map((one, index) => [one, inWords(said.get(String(index)) ?? 'nothing')]);
}

const errnoNames = new Map(Object.entries(constants.errno).map(([name, number]) => [number, name]));
const inWords = (said: string): string => {
  const number = /^errno (\d+)$/.exec(said)?.[1];
  return number === undefined ? said : (errnoNames.get(Number(number)) ?? said);
};

test('the machine gives walls and a filter, and has Perl to try them', () => {
  expect(sandbox.kind, sandbox.description).toBe('bubblewrap');
  expect(sandbox.filterFd, sandbox.weaknesses?.join()).toBeDefined();
  expect(existsSync(PERL)).toBe(true);
});

/** Tries that ended otherwise, each with what it came to. */
const escaped = (all: readonly [Try, string][], wanted: (one: Try) => string | undefined): string[] =>
  all
    .filter(([one, end]) => !wanted(one)?.split(' or ').includes(end))
    .map(([one, end]) => `${one.area}, ${one.name}: ${end} and not ${wanted(one)}`);

test('every try from inside ends as it must', async () => {
  const all = await ends(sandbox, (tries) => tries);
  expect(escaped(all, ({ end }) => end)).toEqual([]);
});

test("so it does where instances have control's user, root be it", async () => {
  const all = await ends(asControl, (tries) => tries);
  expect(escaped(all, ({ end }) => end)).toEqual([]);
});

test('where it is told, the walls behind the filter hold by themselves', async () => {
  const all = await ends(unfiltered, (tries) => tries.filter((one) => one.unfiltered !== undefined));
  expect(escaped(all, (one) => one.unfiltered)).toEqual([]);
});

test("without the filter and with control's user they hold too", async () => {
  const { userNamespaceFd: _, ...weakest } = unfiltered;
  const all = await ends(weakest, (tries) => tries.filter((one) => one.unfiltered !== undefined));
  expect(escaped(all, (one) => one.unfiltered)).toEqual([]);
});

test('a call by the numbers of x32 ends the program', async (context) => {
  if (process.arch !== 'x64') context.skip('only x86-64 has a second kind of numbers');
  const { output, code } = await runInside(
    sandbox,
    'syswrite STDOUT, "alive"; syscall(0x40000000 + 39); syswrite STDOUT, " still"',
  );
  expect([output, code]).toEqual(['alive', 128 + constants.signals.SIGSYS]);
});

test('the last open file is opened, and one more is refused', async () => {
  const { output } = await runInside(
    sandbox,
    `my ($path, $last) = ('/dev/null', 0);
     for (;;) { my $fd = syscall(${numberOf('openat')}, -100, $path, 0); $fd == -1 ? last : ($last = $fd) }
     syswrite STDOUT, "$last " . ($! + 0)`,
  );
  expect(output).toBe(`${openFilesMax - 1} ${constants.errno.EMFILE}`);
});

// The filter lets nobody make a file there; this is the wall behind it.
test('/tmp takes its last byte and refuses one more', async () => {
  const { output } = await runInside(
    unfiltered,
    `sysopen(my $f, '/tmp/one', 0101, 0644); sysopen(my $g, '/tmp/two', 0101, 0644); my $part = 'x' x 65536;
     my $written = syswrite($g, 'x');
     for (1 .. ${tmpBytesMax / 65536 - 1}) { $written += syswrite($f, $part) }
     $written += syswrite($g, 'x' x 65535);
     my $more = syswrite($g, 'x'); syswrite STDOUT, "$written " . (defined $more ? 'more' : $! + 0)`,
  );
  expect(output).toBe(`${tmpBytesMax} ${constants.errno.ENOSPC}`);
});

test('a console takes its last byte; one more is refused and is no death', async () => {
  const { console, code } = await runInside(
    sandbox,
    `my $part = 'x' x 1048576; for (1 .. ${consoleBytesMax / 1048576}) { syswrite(STDOUT, $part) == 1048576 or exit 1 }
     exit(defined syswrite(STDOUT, 'x') ? 2 : $! + 0)`,
  );
  expect(code).toBe(constants.errno.EFBIG);
  expect(statSync(console).size).toBe(consoleBytesMax);
});

test('a crash leaves no core dump', async () => {
  const { output } = await runInside(
    sandbox,
    'open(my $f, "<", "/proc/self/limits"); print grep { /core|open files|file size/ } <$f>',
  );
  expect(output).toMatch(/Max core file size +0 +0 /);
  expect(output).toMatch(new RegExp(`Max file size +${consoleBytesMax} +${consoleBytesMax} `));
});

test("a function's JavaScript reaches nothing outside either", async () => {
  const platform = await useSelvedge({ SECRET_OF_CONTROL: 'it must not be seen' });
  const control = new URL(platform.control);
  const tries = scriptTries({
    control: platform.control,
    controlPort: Number(control.port),
    edgePort: platform.edgePort,
    dataDir: platform.dataDir,
  });
  await platform.create('climber', asScript(tries), { compatibility_flags: ['nodejs_compat'] });
  const escaped: string[] = [];
  for (const [index, { name, held }] of tries.entries()) {
    const { status, text } = await platform.call('climber', `/${index}`);
    if (status !== 200 || !held.test(text)) escaped.push(`${name}: ${status} ${text.slice(0, 200)}`);
  }
  expect(escaped).toEqual([]);
});

test('/info tells of the walls, and /health of what they lack', async () => {
  const platform = await useSelvedge();
  const info = await platform.api<{ isolation: Record<string, string> }>('GET', '/info');
  expect(info.body.isolation).toMatchObject({ system_calls: expect.stringMatching(/^an allowlist of \d+/) });
  const health = await platform.api<{ problems: string[] }>('GET', '/health');
  expect(health.body.problems).toEqual(problemsOf(sandbox));
});

test('docs/design/sandbox.md lists every try with its end, and no other', async (context) => {
  if (process.arch !== 'x64') context.skip('the list is of x86-64, which has a few calls more');
  const page = readFileSync(join(import.meta.dirname, '../../docs/design/sandbox.md'), 'utf8');
  const list = page.split('<!-- the list of tries, as the test has it -->')[1] ?? '';
  const paragraphs = list
    .trim()
    .split('\n\n')
    .map((text) => text.replaceAll(/\s+/g, ' '));
  const outside = await useOutside(new RunDir(join(useTmpDir(), 'run')));
  expect(paragraphs).toEqual(listed(escapeTries(outside, true)));
});
