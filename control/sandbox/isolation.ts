// What the walls of this machine are, in sentences, for /info, and what they lack, for /health.

import { type Sandbox, tmpBytesMax } from './bubblewrap.ts';
import { instancePolicy } from './seccomp/policy.ts';
import { HOST_ID } from './user-namespace.ts';

/** A sentence for each kind of wall; open, as other parts of the platform add theirs. */
export type Isolation = Readonly<Record<string, string>>;

const callsAllowed = instancePolicy.allowed.length + Object.keys(instancePolicy.conditional).length;

export function isolationOf(sandbox: Sandbox): Isolation {
  if (sandbox.kind === 'none') {
    const none = `none: ${sandbox.description}`;
    return { sandbox: none, system_calls: none, user: none, processes: none, files: none, network: none };
  }
  const filtered = sandbox.filterFd !== undefined;
  return {
    sandbox: sandbox.description,
    system_calls: filtered
      ? `an allowlist of ${callsAllowed}; others are refused`
      : 'no filter: an instance may make every call of the kernel that needs no privilege',
    user: userOf(sandbox),
    processes: filtered
      ? 'an instance sees itself alone and can start no other'
      : 'an instance sees itself alone',
    files: filtered
      ? 'a read-only view of workerd, its libraries and three devices; nothing can be opened for writing'
      : `a read-only view of workerd, its libraries and three devices; ${tmpBytesMax} bytes in /tmp`,
    network: 'none; unix sockets of the platform alone',
  };
}

function userOf({ userNamespaceFd }: Sandbox): string {
  if (userNamespaceFd !== undefined)
    return `a user of the host for instances alone, ${HOST_ID}, who owns nothing`;
  return "control's user, without privileges";
}

/** Each thing that the walls lack, in a sentence with its cure. */
export const problemsOf = (sandbox: Sandbox): readonly string[] =>
  sandbox.kind === 'none'
    ? [`Functions run without a sandbox: ${sandbox.description}.`]
    : (sandbox.weaknesses ?? []).map((weakness) => `The sandbox is weaker than it should be. ${weakness}.`);
