// The walls around an instance: bubblewrap with its own user, pid, network, mount, ipc, uts and cgroup
// namespaces, no capabilities, no environment, a read-only root that holds workerd and its libraries, a
// private /tmp, and a filter of system calls. The only ways out are the descriptors that it inherits and the
// sockets in `servicesDir`. docs/design/sandbox.md lists what was tried against them.

import { closeSync, openSync } from 'node:fs';
import { pathOfDescriptor } from './shared-memory-file.ts';
import { INNER_ID } from './user-namespace.ts';

/** Where `servicesDir` appears inside. */
export const SERVICES_MOUNT = '/run/selvedge';
/** Where `assetsDir` appears inside. */
export const ASSETS_MOUNT = '/run/assets';
/** Private /tmp of an instance. */
export const tmpBytesMax = 64 * 1024 * 1024;
/** All that workerd opens. A whole /dev would bring pseudo-terminals, which are few on a host, and room to write in. */
const DEVICES = ['/dev/null', '/dev/zero', '/dev/urandom'];

export interface Sandbox {
  /** `bubblewrap`, or `none` where it cannot be had. */
  readonly kind: 'bubblewrap' | 'none';
  /** One line for people: what it is, or why there is none and what to do about it. */
  readonly description: string;
  /** Files that workerd needs, each bound read-only at its own path. */
  readonly libraries: readonly string[];
  /** Descriptor of a file with the filter of system calls; absent where there is none. */
  readonly filterFd?: number;
  /** Descriptor of the namespace with a user for instances; absent where they have control's. */
  readonly userNamespaceFd?: number;
  /** What these walls lack, in sentences, each with its cure. */
  readonly weaknesses?: readonly string[];
}

export interface SandboxedCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** Path of the services' directory as the program sees it. */
  readonly servicesDir: string;
  /** Descriptors to be inherited, in this order, from `firstFd` on. Bubblewrap closes them. */
  readonly descriptors: readonly number[];
  /** Lets go of what was opened for this command. To be called once it is spawned. */
  readonly close: () => void;
}

/** Folders of the host that every instance sees. None of them can be listed, so a name in them is a secret. */
export interface SharedFolders {
  /** Sockets that instances may reach. */
  readonly servicesDir: string;
  /** Static files of all projects, each project's in a folder of its own. */
  readonly assetsDir?: string | undefined;
}

export interface Inheritance {
  /** The first number free for descriptors in the command. */
  readonly firstFd: number;
  /** Descriptor for bubblewrap's report of the pid. */
  readonly reportFd?: number | undefined;
}

/**
 * Bubblewrap hands the namespace's descriptor on to the program, but closes one that it was told to wait for,
 * whatever comes of reading it. That is after it has entered the namespace, and before the program runs.
 */
const closing = (fd: number): string[] => ['--block-fd', String(fd)];

/** The command that runs `program` inside `sandbox`. What is inherited below `firstFd` stays open in it. */
export function wrap(
  sandbox: Sandbox,
  program: string,
  args: readonly string[],
  { servicesDir, assetsDir }: SharedFolders,
  { firstFd, reportFd }: Inheritance,
): SandboxedCommand {
  if (sandbox.kind === 'none') {
    return { command: program, args, servicesDir, descriptors: [], close: () => undefined };
  }
  const { filterFd, userNamespaceFd, libraries } = sandbox;
  // Bubblewrap reads the filter to its end, so each command needs a position of its own.
  const filter = filterFd === undefined ? undefined : openSync(pathOfDescriptor(filterFd), 'r');
  const inherited = Object.entries({
    '--info-fd': reportFd,
    '--seccomp': filter,
    '--userns': userNamespaceFd,
  });
  const descriptors = inherited.flatMap(([option, fd]) => (fd === undefined ? [] : [{ option, fd }]));
  return {
    command: 'bwrap',
    args: [
      ...descriptors.flatMap(({ option }, index) => [option, String(firstFd + index)]),
      ...(userNamespaceFd === undefined ? ['--unshare-user'] : closing(firstFd + descriptors.length - 1)),
      ...['--unshare-ipc', '--unshare-pid', '--unshare-net', '--unshare-uts', '--unshare-cgroup-try'],
      // workerd is pid 1 of its namespace: its death is the end of everything inside.
      '--as-pid-1',
      ...['--uid', String(INNER_ID), '--gid', String(INNER_ID), '--cap-drop', 'ALL'],
      ...['--new-session', '--clearenv', '--hostname', 'selvedge'],
      ...libraries.flatMap((path) => ['--ro-bind-try', path, path]),
      ...['--ro-bind', program, '/workerd', '--ro-bind', servicesDir, SERVICES_MOUNT],
      ...(assetsDir === undefined ? [] : ['--ro-bind', assetsDir, ASSETS_MOUNT]),
      ...DEVICES.flatMap((device) => ['--dev-bind', device, device]),
      ...['--proc', '/proc', '--size', String(tmpBytesMax), '--tmpfs', '/tmp'],
      // Bubblewrap covers /proc/sys only where it finds the folder itself writable, which it never is. Its files
      // are for root, among them the one that says what the kernel runs, outside, when a program crashes.
      ...['--remount-ro', '/proc', '--remount-ro', '/', '--chdir', '/'],
      ...['--', '/workerd', ...args],
    ],
    servicesDir: SERVICES_MOUNT,
    descriptors: descriptors.map(({ fd }) => fd),
    close: () => {
      if (filter !== undefined) closeSync(filter);
    },
  };
}
