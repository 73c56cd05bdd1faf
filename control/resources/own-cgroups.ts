// Which cgroups this process is in, and where their directories are. A process learns the paths of its groups
// from /proc/self/cgroup, relative to the root of each hierarchy; a mount may show only a part of a hierarchy,
// as containers' do, and says which in /proc/self/mountinfo.

export interface OwnCgroups {
  /** v1: controller to the directory of our group. */
  readonly v1: ReadonlyMap<string, string>;
  /** Directory of our group in the v2 hierarchy. */
  readonly v2: string | undefined;
}

export function ownCgroups(cgroupText: string, mountinfoText: string): OwnCgroups {
  const mounts = mountinfoText.split('\n').flatMap(parseMount);
  const v1 = new Map<string, string>();
  let v2: string | undefined;
  for (const line of cgroupText.split('\n')) {
    // "4:cpu,cpuacct:/path", and "0::/path" for v2. A path may hold colons.
    const [, id, controllers = '', path = ''] = /^(\d+):([^:]*):(.*)$/.exec(line) ?? [];
    if (id === '0')
      v2 = directoryOf(
        path,
        mounts.filter(({ type }) => type === 'cgroup2'),
      );
    for (const controller of controllers.split(',').filter((name) => /^[a-z_]+$/.test(name))) {
      const directory = directoryOf(
        path,
        mounts.filter(({ type, options }) => type === 'cgroup' && options.includes(controller)),
      );
      if (directory !== undefined) v1.set(controller, directory);
    }
  }
  return { v1, v2 };
}

interface Mount {
  /** Which part of the hierarchy is mounted. */
  readonly root: string;
  readonly point: string;
  readonly type: string;
  readonly options: readonly string[];
}

/** "31 23 0:28 / /sys/fs/cgroup/cpu rw,relatime shared:5 - cgroup cgroup rw,cpu": fields before "-" vary in number. */
function parseMount(line: string): Mount[] {
  const [before = '', after = ''] = line.split(' - ', 2);
  const [, , , root, point] = before.split(' ');
  const [type = '', , options = ''] = after.split(' ');
  if (root === undefined || point === undefined || !type.startsWith('cgroup')) return [];
  return [{ root: unescapeOctal(root), point: unescapeOctal(point), type, options: options.split(',') }];
}

function directoryOf(path: string, mounts: readonly Mount[]): string | undefined {
  for (const { root, point } of mounts) {
    const base = root === '/' ? '' : root;
    if (path === base || path.startsWith(`${base}/`)) {
      return `${point}${path.slice(base.length)}`.replace(/(?<=.)\/$/, '');
    }
  }
  return undefined;
}

/** The kernel writes a space in a path as \040. */
const unescapeOctal = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
