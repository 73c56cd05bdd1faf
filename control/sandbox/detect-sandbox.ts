// Finds out which walls this machine can give: the strongest that work are taken, and what they lack is said.

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { promisify } from 'node:util';
import { type Sandbox, wrap } from './bubblewrap.ts';
import { encode } from './seccomp/bpf.ts';
import { compilePolicy } from './seccomp/compile-policy.ts';
import { instancePolicy } from './seccomp/policy.ts';
import { architectures } from './seccomp/system-call-numbers.ts';
import { openNameless } from './shared-memory-file.ts';
import { openUserNamespace } from './user-namespace.ts';

const run = promisify(execFile);
const detectionTimeoutMs = 10_000;

/**
 * Looks for a bubblewrap that works here: one that is installed but may not make namespaces is none.
 * `servicesDir` is a folder to be bound in as it will be for instances. The descriptors of the answer are
 * open as long as this process lives.
 */
export async function detectSandbox(workerd: string, servicesDir = '/tmp'): Promise<Sandbox> {
  const works = (sandbox: Sandbox): Promise<string | undefined> => faultOf(sandbox, workerd, servicesDir);
  const [libraries, walls] = await Promise.all([
    librariesOf(workerd),
    Promise.all(wallsForThisMachine().map(openWall)),
  ]);
  const bare: Sandbox = { kind: 'bubblewrap', description: '', libraries };
  const whole = walls.reduce(withWall, bare);
  let sandbox = bare;
  const weaknesses: string[] = [];
  // The usual case costs one run. Only where that fails is it worth the time to find out which wall does not stand.
  if (walls.every(({ fd }) => fd !== undefined) && (await works(whole)) === undefined) {
    sandbox = whole;
  } else {
    const fault = await works(bare);
    if (fault !== undefined) return { kind: 'none', description: explain(fault), libraries };
    for (const wall of walls) {
      const stronger = withWall(sandbox, wall);
      const words = wall.fault ?? (await works(stronger));
      if (words === undefined) sandbox = stronger;
      else weaknesses.push(`${wall.without} ("${words}"): ${wall.cure}`);
    }
  }
  const { stdout } = await run('bwrap', ['--version']);
  return { ...sandbox, description: stdout.trim(), weaknesses };
}

interface Wall {
  readonly means: 'filterFd' | 'userNamespaceFd';
  readonly open: () => Promise<number>;
  /** What is so without it. */
  readonly without: string;
  readonly cure: string;
}

interface OpenWall extends Wall {
  readonly fd?: number;
  /** Why it could not be opened. */
  readonly fault?: string;
}

const openWall = (wall: Wall): Promise<OpenWall> =>
  wall.open().then(
    (fd) => ({ ...wall, fd }),
    (error: Error) => ({ ...wall, fault: error.message }),
  );

const withWall = (sandbox: Sandbox, { means, fd }: OpenWall): Sandbox =>
  fd === undefined ? sandbox : { ...sandbox, [means]: fd };

function wallsForThisMachine(): readonly Wall[] {
  const filter: Wall = {
    means: 'filterFd',
    open: openFilter,
    without: 'Instances may make any system call',
    cure: 'use a kernel with CONFIG_SECCOMP_FILTER, on x86-64 or arm64',
  };
  const user: Wall = {
    means: 'userNamespaceFd',
    open: openUserNamespace,
    without: "Instances have root's number towards the kernel, without its privileges",
    cure: 'let everybody read and run workerd, or run Selvedge as a user that is not root',
  };
  return process.getuid?.() === 0 ? [filter, user] : [filter];
}

/** A file with the filter for this machine. */
async function openFilter(): Promise<number> {
  const architecture = architectures[process.arch];
  if (!architecture) throw new Error(`there is no filter for ${process.arch}`);
  const fd = openNameless();
  writeSync(fd, encode(compilePolicy(instancePolicy, architecture)));
  return fd;
}

const NOT_INSTALLED = 'bubblewrap is not installed';

/** Undefined if workerd runs within; otherwise what was said instead. */
async function faultOf(sandbox: Sandbox, workerd: string, servicesDir: string): Promise<string | undefined> {
  const command = wrap(sandbox, workerd, ['--version'], { servicesDir }, { firstFd: 3 });
  const child = spawn(command.command, command.args, {
    stdio: ['ignore', 'ignore', 'pipe', ...command.descriptors],
    timeout: detectionTimeoutMs,
  });
  command.close();
  let words = '';
  child.stderr?.on('data', (chunk) => {
    words += String(chunk);
  });
  try {
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    return code === 0 ? undefined : words.trim() || `it ended by ${signal ?? `exit ${code}`} without a word`;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? NOT_INSTALLED : String(error);
  }
}

const explain = (fault: string): string =>
  fault === NOT_INSTALLED
    ? `${NOT_INSTALLED}: install it with "sudo apt-get install bubblewrap" and start again`
    : `bubblewrap does not work here ("${fault}"): allow unprivileged user namespaces, or run as root`;

/** Shared libraries of a program as the dynamic linker finds them; whole folders where ldd cannot tell. */
export async function librariesOf(program: string): Promise<string[]> {
  try {
    const { stdout } = await run('ldd', [program]);
    const files = [...stdout.matchAll(/(?:=>\s*)?(\/\S+)\s+\(0x/g)].map((match) => String(match[1]));
    if (files.length > 0) return files;
  } catch {
    // No ldd on this system: the folders below hold what it would have named.
  }
  return ['/lib', '/lib64', '/usr/lib'];
}
