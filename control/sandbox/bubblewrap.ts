// The walls around an instance: bubblewrap with its own user, pid, network, mount, ipc, uts and cgroup
// namespaces, no capabilities, no environment, a read-only root that holds workerd and its libraries, and a
// private /tmp. The only ways out are the descriptors that it inherits and the sockets in `servicesDir`.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Where `servicesDir` appears inside. */
export const SERVICES_MOUNT = '/run/selvedge';
/** Private /tmp of an instance. */
const tmpBytesMax = 64 * 1024 * 1024;
/** Unprivileged user and group inside; "nobody" on Debian. */
const INNER_ID = '65534';

export interface Sandbox {
  /** `bubblewrap`, or `none` where it cannot be had. */
  readonly kind: 'bubblewrap' | 'none';
  /** One line for people: what it is, or why there is none and what to do about it. */
  readonly description: string;
  /** Files that workerd needs, each bound read-only at its own path. */
  readonly libraries: readonly string[];
}

export interface SandboxedCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** Path of the services' directory as the program sees it. */
  readonly servicesDir: string;
}

/** Looks for a bubblewrap that works here: one that is installed but may not make namespaces is none. */
export async function detectSandbox(workerd: string): Promise<Sandbox> {
  const libraries = await librariesOf(workerd);
  const probe = wrap({ kind: 'bubblewrap', description: '', libraries }, workerd, ['--version'], '/tmp');
  try {
    await run(probe.command, [...probe.args], { timeout: 10_000 });
    const { stdout } = await run('bwrap', ['--version']);
    return { kind: 'bubblewrap', description: stdout.trim(), libraries };
  } catch (error) {
    return { kind: 'none', description: explain(error), libraries };
  }
}

function explain(error: unknown): string {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
    return 'bubblewrap is not installed: install it with "sudo apt-get install bubblewrap" and start again';
  }
  const words = String((error as { stderr?: string }).stderr ?? error).trim();
  return `bubblewrap does not work here ("${words}"): allow unprivileged user namespaces, or run as root`;
}

/** Shared libraries of a program as the dynamic linker finds them; whole folders where ldd cannot tell. */
async function librariesOf(program: string): Promise<string[]> {
  try {
    const { stdout } = await run('ldd', [program]);
    const files = [...stdout.matchAll(/(?:=>\s*)?(\/\S+)\s+\(0x/g)].map((match) => String(match[1]));
    if (files.length > 0) return files;
  } catch {
    // No ldd on this system: the folders below hold what it would have named.
  }
  return ['/lib', '/lib64', '/usr/lib'];
}

/** The command that runs `program` inside `sandbox`. Inherited descriptors stay open in it. */
export function wrap(
  sandbox: Sandbox,
  program: string,
  args: readonly string[],
  servicesDir: string,
  infoFd?: number,
): SandboxedCommand {
  if (sandbox.kind === 'none') return { command: program, args, servicesDir };
  const bind = sandbox.libraries.flatMap((path) => ['--ro-bind-try', path, path]);
  return {
    command: 'bwrap',
    args: [
      '--unshare-all',
      // workerd is pid 1 of its namespace: its death is the end of everything inside.
      '--as-pid-1',
      ...['--uid', INNER_ID, '--gid', INNER_ID, '--cap-drop', 'ALL', '--new-session', '--clearenv'],
      ...bind,
      ...['--ro-bind', program, '/workerd', '--ro-bind', servicesDir, SERVICES_MOUNT],
      ...['--proc', '/proc', '--dev', '/dev', '--size', String(tmpBytesMax), '--tmpfs', '/tmp'],
      ...['--remount-ro', '/', '--chdir', '/'],
      ...(infoFd === undefined ? [] : ['--info-fd', String(infoFd)]),
      ...['--', '/workerd', ...args],
    ],
    servicesDir: SERVICES_MOUNT,
  };
}
