// The files by which the kernel takes and tells what a cgroup may and does: small, read and written whole.

import { readFileSync, rmdirSync, writeFileSync } from 'node:fs';

/** A process that was killed is in its group until the kernel has taken it apart. */
const removeTriesMax = 100;
const removePauseMs = 20;

/** Never makes the file: one that is not there belongs to a controller or an option that this kernel lacks. */
export function set(file: string, value: string | number): void {
  writeFileSync(file, String(value), { flag: 'r+' });
}

/** As `set`, for what is of use but not on every kernel; false where it is not there. */
export function setIfThere(file: string, value: string | number): boolean {
  try {
    set(file, value);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** Undefined when the group or the file is not there. */
export function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return undefined;
  }
}

export function readNumber(file: string): number | undefined {
  const text = read(file);
  return text === undefined ? undefined : Number(text);
}

/** One counter of a file with a name and a number in each line; 0 where there is none of this name. */
export function counter(text: string | undefined, name: string): number {
  const line = text?.split('\n').find((candidate) => candidate.startsWith(`${name} `));
  return Number(line?.slice(name.length + 1) ?? 0);
}

/** Removes a group whose processes have ended or are about to; false if one is in it for good. */
export async function removeGroup(directory: string): Promise<boolean> {
  for (let tries = 1; ; tries += 1) {
    try {
      rmdirSync(directory);
      return true;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return true;
      if (code !== 'EBUSY' || tries === removeTriesMax) return false;
    }
    await new Promise((resolve) => setTimeout(resolve, removePauseMs));
  }
}
