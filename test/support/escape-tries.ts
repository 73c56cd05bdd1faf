// What a program tries inside the sandbox of an instance, and how each try must end. docs/design/sandbox.md has the
// same list; test/workerd/sandbox-escape.test.ts runs it.
//
// A try is a piece of Perl, as Perl is on every Debian and can make any system call. It ends by `held` with the
// kernel's word, or with what it found. Where the walls behind the filter hold too, `unfiltered` says how: those
// are tried once more without it.

import { readFileSync } from 'node:fs';
import { type Call, numberOf } from './call-numbers.ts';

/** What lies outside, to be reached for. */
export interface Outside {
  readonly dataDir: string;
  readonly repository: string;
  readonly neighbourConsole: string;
  /** Paths at which somebody listens. */
  readonly sockets: {
    readonly slot: string;
    readonly blank: string;
    readonly control: string;
    readonly front: string;
  };
  readonly abstractSocket: string;
  /** Ports at which somebody listens on the loopback. */
  readonly ports: { readonly control: number; readonly edge: number };
  /** A process of the same user. */
  readonly pid: number;
}

export interface Try {
  readonly area: string;
  readonly name: string;
  readonly perl: string;
  /** The errno's name, or what a try that reads something prints; with ` or ` between where kernels differ. */
  readonly end: string;
  readonly unfiltered?: string;
}

/** A system call from Perl, which passes numbers as they are and variables by their address. */
const call = (name: Call, ...args: readonly (string | number)[]): string => {
  const passed = args.map((arg, index) => (typeof arg === 'number' ? arg : `(my $a${index} = ${arg})`));
  return `held(syscall(${[numberOf(name), ...passed].join(', ')}) != -1)`;
};
const read = (path: string): string => `contents("${path}")`;
const list = (path: string): string => `entries("${path}")`;
const write = (path: string, text: string): string =>
  `held(do { my $f; sysopen($f, "${path}", 1) && defined syswrite($f, "${text}") })`;
/** A try that succeeds changes nothing: it writes what is there. */
const sysctl = (name: string): string => readFileSync(`/proc/sys/${name}`, 'utf8').trim();
const create = (path: string): string => `held(sysopen(my $f, "${path}", 0101, 0644))`;
const socketTo = (family: number, type: number, protocol: number): string =>
  `held(socket(my $s, ${family}, ${type}, ${protocol}))`;
const connectTo = (family: number, type: number, address: string): string =>
  `held(do { my $s; socket($s, ${family}, ${type}, 0) && connect($s, ${address}) })`;
const connectTcp = (host: string, port: number, type = 1): string =>
  connectTo(2, type, `pack("S n C4 x8", 2, ${port}, ${host.replaceAll('.', ',')})`);
const connectUnix = (path: string): string => connectTo(1, 1, `pack("S a*", 1, "${path}")`);
const buffer = '"\\0" x 256';

/** `ownUser`: whether instances have a user of their own towards the host. */
export function escapeTries(outside: Outside, ownUser: boolean): readonly Try[] {
  const tries: Try[] = [];
  const area = (name: string, rows: readonly (readonly [string, string, string, string?])[]): void => {
    for (const [what, perl, end, unfiltered] of rows) {
      // A call that this architecture does not have cannot be tried.
      if (perl.includes('syscall(,') || perl.includes('syscall()')) continue;
      tries.push({ area: name, name: what, perl, end, ...(unfiltered !== undefined && { unfiltered }) });
    }
  };
  /** Refused by the filter; the last column is what the kernel says without it. */
  const refuse = (
    name: Call,
    args: readonly (string | number)[],
    unfiltered?: string,
  ): [string, string, string, string?] => {
    const end = (numberOf(name) ?? 0) >= 424 ? 'ENOSYS' : 'EPERM';
    return [name, call(name, ...args), end, ...(unfiltered === undefined ? [] : [unfiltered])] as [
      string,
      string,
      string,
      string?,
    ];
  };

  area('Files of the host', [
    ['read /etc/passwd', read('/etc/passwd'), 'ENOENT', 'ENOENT'],
    ['read /etc/passwd by /proc/1/root', read('/proc/1/root/etc/passwd'), 'ENOENT', 'ENOENT'],
    ['read /etc/passwd by way of ..', read('/../../../etc/passwd'), 'ENOENT', 'ENOENT'],
    ['list /root', list('/root'), 'ENOENT', 'ENOENT'],
    ['list /home', list('/home'), 'ENOENT', 'ENOENT'],
    ['list /sys', list('/sys'), 'ENOENT', 'ENOENT'],
    ['list the data directory', list(outside.dataDir), 'ENOENT', 'ENOENT'],
    ['list the bundles', list(`${outside.dataDir}/bundles`), 'ENOENT', 'ENOENT'],
    ["read a neighbour's console", read(outside.neighbourConsole), 'ENOENT', 'ENOENT'],
    ['list the installation', list(outside.repository), 'ENOENT', 'ENOENT'],
    [
      'find more in the root than workerd, its libraries and mounts',
      'join(" ", grep { !/^(dev|lib|lib64|usr|proc|run|tmp|workerd)$/ } split / /, entries("/")) || "nothing"',
      'nothing',
    ],
    ['list the devices', list('/dev'), 'null urandom zero'],
    ['list the services', list('/run/selvedge'), ownUser ? 'EACCES' : 'outbound.sock'],
    ['open the memory of the machine', read('/dev/mem'), 'ENOENT', 'ENOENT'],
    ['open the log of the kernel', read('/dev/kmsg'), 'ENOENT', 'ENOENT'],
    ['open a pseudo-terminal', read('/dev/ptmx'), 'ENOENT', 'ENOENT'],
    ['open a disk by its number', call('mknodat', -100, '"/tmp/disk"', 0o60600, 0x800), 'EPERM', 'EPERM'],
    ['open by a handle', call('open_by_handle_at', -100, buffer, 0), 'EPERM'],
    ['make a handle', call('name_to_handle_at', -100, '"/workerd"', buffer, buffer, 0), 'EPERM'],
  ]);
  area('Its own file system', [
    ['write into the root', create('/new'), 'EPERM', 'EROFS'],
    ['write over workerd', write('/workerd', 'x'), 'EPERM', 'EACCES or EROFS or ETXTBSY'],
    ['write into the services', create('/run/selvedge/new'), 'EPERM', 'EROFS'],
    ['write into /dev', create('/dev/new'), 'EPERM', 'EROFS'],
    [
      'take the outbound socket away',
      call('unlinkat', -100, '"/run/selvedge/outbound.sock"', 0),
      'EPERM',
      'EROFS',
    ],
    ['make a file in /tmp', create('/tmp/file'), 'EPERM', 'done'],
    ['make a folder', call('mkdirat', -100, '"/tmp/folder"', 0o700), 'EPERM'],
    ['make a hard link', call('linkat', -100, '"/workerd"', -100, '"/tmp/link"', 0), 'EPERM', 'EXDEV'],
    ['make a symbolic link', call('symlinkat', '"/etc"', -100, '"/tmp/link"'), 'EPERM'],
    ['change a mode', call('fchmodat', -100, '"/workerd"', 0o777), 'EPERM', 'EROFS'],
    ['set an attribute', call('setxattr', '"/workerd"', '"user.x"', '"x"', 1, 0), 'EPERM', 'EROFS'],
  ]);
  area('Environment and processes', [
    ['variables of its own', 'join(" ", sort keys %ENV)', 'PWD'],
    ['variables of pid 1', 'contents("/proc/1/environ")', 'PWD=/\\0'],
    ['see other processes', 'join(" ", grep { /^[0-9]+$/ } split / /, entries("/proc"))', '1'],
    ["read a host process's variables", read(`/proc/${outside.pid}/environ`), 'ENOENT', 'ENOENT'],
    ['signal a host process', call('kill', outside.pid, 9), 'EPERM', 'ESRCH'],
    ['signal everybody', call('kill', -1, 9), 'EPERM', 'ESRCH'],
    ['signal a host thread', call('tgkill', outside.pid, outside.pid, 9), 'ESRCH', 'ESRCH'],
    ['queue a signal', call('rt_sigqueueinfo', outside.pid, 9, buffer), 'EPERM'],
    ['trace a host process', call('ptrace', 16, outside.pid, 0, 0), 'EPERM', 'ESRCH'],
    ['be traced', call('ptrace', 0, 0, 0, 0), 'EPERM'],
    ["read a host process's memory", call('process_vm_readv', outside.pid, buffer, 1, buffer, 1, 0), 'EPERM'],
    [
      "write a host process's memory",
      call('process_vm_writev', outside.pid, buffer, 1, buffer, 1, 0),
      'EPERM',
    ],
    ['hold a host process', call('pidfd_open', outside.pid, 0), 'ENOSYS', 'ESRCH'],
    ["take a host process's descriptor", call('pidfd_getfd', 3, 0, 0), 'ENOSYS', 'EBADF'],
    ['compare processes', call('kcmp', 1, outside.pid, 0, 0, 0), 'EPERM', 'ESRCH'],
  ]);
  area('Sockets of others', [
    ["another instance's slot", connectUnix(outside.sockets.slot), 'ENOENT', 'ENOENT'],
    ["a blank's socket", connectUnix(outside.sockets.blank), 'ENOENT', 'ENOENT'],
    ["control's socket", connectUnix(outside.sockets.control), 'ENOENT', 'ENOENT'],
    ["a front's socket", connectUnix(outside.sockets.front), 'ENOENT', 'ENOENT'],
    [
      'an abstract socket of the host',
      connectUnix(`\\0${outside.abstractSocket}`),
      'ECONNREFUSED',
      'ECONNREFUSED',
    ],
    ['a container engine', connectUnix('/var/run/docker.sock'), 'ENOENT', 'ENOENT'],
    ['a name for a socket of its own', call('bind', 3, 'pack("S a*", 1, "/tmp/s")', 10), 'EPERM'],
    ['listen with another backlog', call('listen', 3, 1), 'EPERM'],
    ['a filter or an option on a socket', call('setsockopt', 3, 1, 26, buffer, 16), 'EPERM'],
  ]);
  area('The network', [
    ["control's API", connectTcp('127.0.0.1', outside.ports.control), 'EPERM', 'ECONNREFUSED'],
    ['the public port', connectTcp('127.0.0.1', outside.ports.edge), 'EPERM', 'ECONNREFUSED'],
    ['the metadata address', connectTcp('169.254.169.254', 80), 'EPERM', 'ENETUNREACH'],
    ['a public address', connectTcp('192.0.2.1', 443), 'EPERM', 'ENETUNREACH'],
    ['a name server, by UDP', connectTcp('192.0.2.1', 53, 2), 'EPERM', 'ENETUNREACH'],
    ['an IPv6 socket', socketTo(10, 1, 0), 'EPERM'],
    ['a raw socket', socketTo(2, 3, 1), 'EPERM', 'EPERM'],
    ['a packet socket', socketTo(17, 3, 0), 'EPERM', 'EPERM'],
    ['netlink', socketTo(16, 3, 0), 'EPERM'],
    ["the host's virtual socket", socketTo(40, 1, 0), 'EPERM'],
    ["the kernel's ciphers", socketTo(38, 5, 0), 'EPERM'],
    ['a pair of internet sockets', call('socketpair', 2, 1, 0, buffer), 'EPERM'],
  ]);
  area('New processes and namespaces', [
    refuse('fork', []),
    refuse('vfork', []),
    ['clone as fork does', call('clone', 17, 0, 0, 0, 0), 'EPERM'],
    ['clone into a user namespace', call('clone', 0x10000011, 0, 0, 0, 0), 'EPERM'],
    ['clone a thread into a new view of mounts', call('clone', 0x3d0f00 + 0x20000, 0, 0, 0, 0), 'EPERM'],
    refuse('clone3', [buffer, 88]),
    refuse('unshare', [0x10000000]),
    ['unshare the mounts', call('unshare', 0x20000), 'EPERM', 'EPERM'],
    refuse('setns', [0, 0]),
    refuse('execveat', [-100, '"/workerd"', 0, 0, 0x1000]),
    refuse('memfd_create', ['"x"', 0]),
    refuse('personality', [0x0008]),
  ]);
  area('Mounts', [
    ['mount', call('mount', '"none"', '"/tmp"', '"tmpfs"', 0, 0), 'EPERM', 'EPERM'],
    ['mount the root for writing', call('mount', 0, '"/"', 0, 32, 0), 'EPERM', 'EPERM'],
    ['bind the root', call('mount', '"/"', '"/tmp"', 0, 4096, 0), 'EPERM', 'EPERM'],
    refuse('umount2', ['"/proc"', 2], 'EPERM'),
    refuse('pivot_root', ['"/tmp"', '"/tmp"'], 'EPERM'),
    refuse('chroot', ['"/tmp"'], 'EPERM'),
    refuse('fsopen', ['"tmpfs"', 0], 'EPERM'),
    refuse('open_tree', [-100, '"/"', 1], 'EPERM'),
    refuse('move_mount', [-100, '"/tmp"', -100, '"/tmp"', 0], 'EPERM'),
  ]);
  area('Privileges', [
    ['become root', call('setuid', 0), 'EPERM', 'EINVAL'],
    [
      'become the number that root has inside',
      call('setresuid', 1, 1, 1),
      'EPERM',
      ownUser ? 'EPERM' : 'EINVAL',
    ],
    ['drop its groups', call('setgroups', 0, 0), 'EPERM', 'EPERM'],
    [
      'take capabilities',
      call('capset', 'pack("LL", 0x20080522, 0)', 'pack("L6", (0xffffffff) x 6)'),
      'EPERM',
      'EPERM',
    ],
    ['map users', write('/proc/self/uid_map', '0 0 1'), 'EPERM', 'EROFS'],
    [
      'a limit of its own, raised',
      call('prlimit64', 0, 7, 'pack("QQ", 1 << 20, 1 << 20)', 0),
      'EPERM',
      'EPERM',
    ],
    ['a filter of its own', call('seccomp', 1, 0, buffer), 'EPERM'],
    ['be spared when memory is short', write('/proc/self/oom_score_adj', '-1000'), 'EPERM', 'EROFS'],
  ]);
  area('Parts of the kernel', [
    refuse('keyctl', [0, -3, 0]),
    refuse('add_key', ['"user"', '"x"', '"y"', 1, -2]),
    refuse('request_key', ['"user"', '"x"', 0, 0]),
    refuse('io_uring_setup', [8, buffer]),
    refuse('bpf', [0, buffer, 64]),
    refuse('perf_event_open', [buffer, 0, -1, -1, 0]),
    refuse('userfaultfd', [0]),
    refuse('landlock_create_ruleset', [0, 0, 1]),
    refuse('memfd_secret', [0]),
    refuse('fanotify_init', [0, 0], 'EPERM'),
    refuse('inotify_init1', [0]),
    refuse('mq_open', ['"x"', 64, 0o600, 0]),
    refuse('msgget', [1, 512]),
    refuse('shmget', [1, 4096, 512]),
    refuse('modify_ldt', [0, buffer, 16]),
    refuse('iopl', [3]),
    refuse('ioperm', [0, 1, 1]),
    refuse('mlock', [buffer, 16]),
    refuse('sched_setaffinity', [0, 8, buffer]),
    refuse('sched_setscheduler', [0, 1, 'pack("L", 50)']),
    refuse('setpriority', [0, 0, -20], 'EACCES'),
    ["a key pressed on somebody's terminal", call('ioctl', 0, 0x5412, '"x"'), 'EPERM'],
    ['text pasted on the console', call('ioctl', 0, 0x541c, '"x"'), 'EPERM'],
  ]);
  area('The machine', [
    refuse('reboot', [0xfee1dead, 672274793, 0x4321fedc, 0], 'EPERM'),
    refuse('kexec_load', [0, 0, 0, 0]),
    refuse('kexec_file_load', [0, 0, 0, 0, 0]),
    refuse('init_module', [buffer, 16, '""']),
    refuse('finit_module', [0, '""', 0]),
    refuse('delete_module', ['"x"', 0]),
    refuse('swapon', ['"/tmp"', 0], 'EPERM'),
    refuse('swapoff', ['"/tmp"'], 'EPERM'),
    refuse('settimeofday', ['pack("QQ", 1, 0)', 0], 'EPERM'),
    refuse('clock_settime', [0, 'pack("QQ", 1, 0)'], 'EPERM'),
    refuse('adjtimex', ['pack("L", 0x8000) . "\\0" x 256']),
    refuse('clock_adjtime', [0, 'pack("L", 1) . "\\0" x 256'], 'EPERM'),
    refuse('sethostname', ['"x"', 1], 'EPERM'),
    refuse('setdomainname', ['"x"', 1], 'EPERM'),
    refuse('acct', [0], 'EPERM'),
    refuse('quotactl', [0, '"/tmp"', 0, 0]),
    refuse('syslog', [3, buffer, 64]),
    refuse('vhangup', [], 'EPERM'),
    [
      'where dumps of a crash go',
      write('/proc/sys/kernel/core_pattern', sysctl('kernel/core_pattern')),
      'EPERM',
      'EACCES or EROFS or ENOENT',
    ],
    ['a magic key', write('/proc/sysrq-trigger', 'h'), 'EPERM', 'EACCES or EROFS or ENOENT'],
    ['caches of the kernel', write('/proc/sys/vm/drop_caches', '1'), 'EPERM', 'EACCES or EROFS or ENOENT'],
    [
      'users and their namespaces',
      write('/proc/sys/user/max_user_namespaces', sysctl('user/max_user_namespaces')),
      'EPERM',
      'EACCES or EROFS or ENOENT',
    ],
    ['memory of the kernel', read('/proc/kcore'), 'EACCES or EPERM or ENOENT', 'EACCES or EPERM or ENOENT'],
    ['log of the kernel', read('/proc/kmsg'), 'EACCES or EPERM', 'EACCES or EPERM'],
    ...(ownUser
      ? ([
          ['tables of pages', read('/proc/kpagecount'), 'EACCES or ENOENT', 'EACCES or ENOENT'],
          ['addresses of devices', read('/proc/slabinfo'), 'EACCES or ENOENT', 'EACCES or ENOENT'],
        ] as const)
      : []),
  ]);
  area('What it inherits', [
    ['descriptors', `join(" ", grep { syscall(${numberOf('fcntl')}, $_, 1, 0) != -1 } 0..63)`, '0 1 2 3 4'],
    ['make its console shorter', call('ftruncate', 1, 0), 'EPERM'],
    ['make its console longer', call('fallocate', 1, 0, 0, 4096), 'EPERM'],
    ['change what it wrote', call('fcntl', 1, 4, 0), 'EPERM'],
    ["change its console's mode", call('fchmod', 1, 0o666), 'EPERM', ownUser ? 'EPERM' : undefined],
    ...(ownUser
      ? ([
          ['open its console again', write('/proc/self/fd/1', 'x'), 'EPERM', ownUser ? 'EACCES' : undefined],
          [
            'empty its console',
            'held(sysopen(my $f, "/proc/self/fd/1", 01001))',
            'EPERM',
            ownUser ? 'EACCES' : undefined,
          ],
        ] as const)
      : []),
    ['open its socket again', read('/proc/self/fd/3'), 'ENXIO', 'ENXIO'],
  ] as readonly (readonly [string, string, string, string?])[]);
  return tries;
}

/** The list as docs/design/sandbox.md has it, a paragraph for each area. */
export const listed = (tries: readonly Try[]): readonly string[] =>
  [...new Set(tries.map(({ area }) => area))].map((area) => {
    const told = tries.filter((one) => one.area === area).map(({ name, end }) => `${name} (${end})`);
    return `**${area}**: ${told.join('; ')}.`;
  });

/** The tries as one program. Each prints a line: its index, and the number of the error or what was found. */
export const asPerl = (tries: readonly Try[]): string => `
  sub held { $_[0] ? 'done' : 'errno ' . ($! + 0) }
  sub contents { open(my $f, '<', $_[0]) or return held(0); my $n = sysread($f, my $b, 200);
    defined $n or return held(0); $b =~ s/\\0/\\\\0/g; $b }
  sub entries { opendir(my $d, $_[0]) or return held(0); join ' ', sort grep { !/^\\./ } readdir $d }
  $SIG{__WARN__} = sub {};
  ${tries.map(({ perl }, index) => `$! = 0; say_it(${index}, eval { ${perl} } // "died $@");`).join('\n  ')}
  sub say_it { syswrite STDOUT, "$_[0]\\t$_[1]\\n" }`;
