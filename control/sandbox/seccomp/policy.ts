// What an instance may ask of the kernel: an allowlist, as data.
//
// It was drawn up from what workerd asks for (docs/design/sandbox.md says how that was seen), with what other
// versions of glibc ask for in the same places. What is not here is refused, so a part of the kernel that
// workerd has no use for cannot be attacked from inside either.

import type { SystemCall } from './system-call-numbers.ts';

/** A condition on one argument, 0 to 5. The kernel reads `int` arguments as 32 bits, so only those are looked at. */
export type ArgumentRule =
  | {
      readonly argument: number;
      readonly oneOf: readonly number[];
      /** Of pointers and `long`s: the upper 32 bits must be zero too. */
      readonly wide?: true;
    }
  | { readonly argument: number; readonly noneOfBits: number };

export interface Policy {
  /** Allowed with any arguments. */
  readonly allowed: readonly SystemCall[];
  /** Allowed if every rule holds. */
  readonly conditional: Readonly<Partial<Record<SystemCall, readonly ArgumentRule[]>>>;
}

/**
 * Calls from this number on are refused with ENOSYS, as by a kernel that lacks them, all others with EPERM.
 * From here on numbers are the same on every architecture, and the calls are younger than Linux 5.1: who uses
 * one knows kernels without it and falls back on ENOSYS only. glibc, say, makes a thread by `clone3`, whose
 * flags lie in memory where no filter sees them, and after ENOSYS by `clone`, whose flags are an argument.
 */
export const firstYoungCall = 424;

/** VM, FS, FILES, SIGHAND, THREAD, SYSVSEM, SETTLS, PARENT_SETTID, CHILD_CLEARTID: what pthread_create asks for. */
const threadFlags = 0x3d0f00;
const AF_UNIX = 1;

const DUPFD = 0;
const GETFD = 1;
const SETFD = 2;
const GETFL = 3;
const DUPFD_CLOEXEC = 1030;

const O_WRONLY = 0o1;
const O_RDWR = 0o2;
const O_CREAT = 0o100;
const O_TRUNC = 0o1000;
const writing = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC;

const TCGETS = 0x5401;
const TIOCGWINSZ = 0x5413;
const FIONREAD = 0x541b;
const FIONBIO = 0x5421;
const FIONCLEX = 0x5450;
const FIOCLEX = 0x5451;

const PR_SET_NAME = 15;
const PR_GET_NAME = 16;
const PR_GET_TAGGED_ADDR_CTRL = 56;
const PR_SET_VMA = 0x53564d41;

const ARCH_SET_FS = 0x1002;
const ARCH_GET_FS = 0x1003;

export const instancePolicy: Policy = {
  allowed: [
    // Files that are open, and looking: what there is to see is up to the mounts. Nothing that changes names,
    // modes or sizes, and below, nothing is opened for writing: workerd's node:fs lives in its memory.
    ...(['read', 'readv', 'pread64', 'preadv', 'write', 'writev', 'pwrite64', 'close', 'lseek'] as const),
    ...(['fstat', 'stat', 'lstat', 'newfstatat', 'statx', 'access', 'faccessat'] as const),
    ...([
      'faccessat2',
      'readlink',
      'readlinkat',
      'getdents64',
      'getcwd',
      'dup',
      'dup2',
      'dup3',
      'pipe2',
    ] as const),
    // Memory. V8 makes code at run time, so nothing is gained by looking at what mprotect asks for.
    ...(['mmap', 'munmap', 'mprotect', 'mremap', 'madvise', 'mincore', 'brk', 'membarrier'] as const),
    ...(['pkey_alloc', 'pkey_free', 'pkey_mprotect', 'mseal'] as const),
    // Threads and the end. The sandbox starts workerd by an execve that comes after the filter, so it must be
    // allowed; it wins nothing, as the filter and the lack of privileges stay.
    ...(['execve', 'exit', 'exit_group', 'futex', 'set_robust_list', 'rseq', 'set_tid_address'] as const),
    ...([
      'gettid',
      'getpid',
      'getppid',
      'getuid',
      'geteuid',
      'getgid',
      'getegid',
      'uname',
      'sysinfo',
    ] as const),
    ...(['getcpu', 'getrusage', 'sched_yield', 'sched_getaffinity', 'sched_getparam'] as const),
    ...(['sched_getscheduler', 'sched_get_priority_max', 'sched_get_priority_min'] as const),
    // Time, to be read and waited for.
    ...(['clock_gettime', 'clock_getres', 'clock_nanosleep', 'nanosleep', 'gettimeofday', 'time'] as const),
    ...(['times', 'timerfd_create', 'timerfd_settime', 'timerfd_gettime', 'restart_syscall'] as const),
    // Signals to itself: abort() is a tgkill.
    ...(['rt_sigaction', 'rt_sigprocmask', 'rt_sigreturn', 'sigaltstack', 'tgkill'] as const),
    // Sockets, once there are any. No bind, listen or setsockopt: the one it listens on is inherited.
    ...(['connect', 'accept', 'accept4', 'sendto', 'recvfrom', 'sendmsg', 'recvmsg', 'shutdown'] as const),
    ...(['getsockopt', 'getsockname', 'getpeername'] as const),
    ...([
      'poll',
      'ppoll',
      'epoll_create1',
      'epoll_ctl',
      'epoll_wait',
      'epoll_pwait',
      'epoll_pwait2',
    ] as const),
    ...(['eventfd2', 'getrandom'] as const),
  ],
  conditional: {
    open: [{ argument: 1, noneOfBits: writing }],
    openat: [{ argument: 2, noneOfBits: writing }],
    clone: [{ argument: 0, oneOf: [threadFlags], wide: true }],
    socket: [{ argument: 0, oneOf: [AF_UNIX] }],
    socketpair: [{ argument: 0, oneOf: [AF_UNIX] }],
    // Without F_SETFL the console stays in append mode.
    fcntl: [{ argument: 1, oneOf: [DUPFD, GETFD, SETFD, GETFL, DUPFD_CLOEXEC] }],
    ioctl: [{ argument: 1, oneOf: [TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX] }],
    prctl: [{ argument: 0, oneOf: [PR_SET_NAME, PR_GET_NAME, PR_GET_TAGGED_ADDR_CTRL, PR_SET_VMA] }],
    arch_prctl: [{ argument: 0, oneOf: [ARCH_SET_FS, ARCH_GET_FS] }],
    // Its own limits, to be read.
    prlimit64: [
      { argument: 0, oneOf: [0] },
      { argument: 2, oneOf: [0], wide: true },
    ],
  },
};

const { open: _open, openat: _openat, ...withoutOpening } = instancePolicy.conditional;

/** Commands of `fcntl` by which SQLite locks a file, by process or by open file. */
const locks = [5, 6, 7, 36, 37, 38];

/**
 * For an instance with objects: it has a folder of its own to write in, by SQLite. What it may open for writing is
 * still up to the mounts, and all of them but that folder are read-only.
 */
export const storagePolicy: Policy = {
  allowed: [
    ...instancePolicy.allowed,
    ...(['open', 'openat', 'pwritev', 'fsync', 'fdatasync', 'ftruncate', 'fallocate', 'flock'] as const),
    ...(['unlink', 'unlinkat', 'rename', 'renameat', 'renameat2', 'linkat', 'mkdir', 'mkdirat'] as const),
    ...(['rmdir', 'fchmod', 'statfs', 'fstatfs', 'utimensat'] as const),
  ],
  conditional: {
    ...withoutOpening,
    fcntl: [{ argument: 1, oneOf: [DUPFD, GETFD, SETFD, GETFL, DUPFD_CLOEXEC, ...locks] }],
  },
};
