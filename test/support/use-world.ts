import type { World } from '../../control/cli/world.ts';
import { useTmpDir } from './use-tmp-dir.ts';

export interface TestWorld {
  readonly world: World;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly interrupt: () => void;
}

export interface WorldChoices {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Of stdout and stderr. */
  readonly isTerminal?: boolean;
}

/** What the command line gets from outside, in memory but for a folder of its own. */
export function useWorld({ env = {}, stdin = '', isTerminal = false }: WorldChoices = {}): TestWorld {
  const interruption = new AbortController();
  let stdout = '';
  let stderr = '';
  const world: World = {
    env,
    cwd: useTmpDir(),
    stdout: {
      isTerminal,
      write: (text) => {
        stdout += text;
      },
    },
    stderr: {
      isTerminal,
      write: (text) => {
        stderr += text;
      },
    },
    stdin: {
      isTerminal: false,
      readAll: () => Promise.resolve(stdin),
      readLine: () => Promise.reject(new Error('nobody types')),
    },
    interrupted: interruption.signal,
  };
  return { world, stdout: () => stdout, stderr: () => stderr, interrupt: () => interruption.abort() };
}
