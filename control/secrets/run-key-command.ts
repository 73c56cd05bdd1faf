// Runs the command that prints the master key: a client of a key store, say. What it prints is told nowhere, and what
// it complains of only to the person at the terminal.

import { execFile } from 'node:child_process';
import { AppError } from '../model/errors.ts';

/** From the command's start to its end; a key store is asked over the network. */
export const keyCommandTimeoutMs = 10_000;
const outputBytesMax = 4096;
/** Of its complaints, in the error. */
const complaintLength = 300;

/** @throws {AppError} SYS_001 when it fails, takes too long or prints too much. */
export function runKeyCommand(command: string, timeoutMs: number = keyCommandTimeoutMs): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      '/bin/sh',
      ['-c', command],
      { encoding: 'utf8', timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: outputBytesMax },
      (error, stdout, stderr) => {
        if (error === null) return resolve(stdout);
        // Node's own message repeats the command, which may hold a credential.
        const complaint = stderr.trim().slice(0, complaintLength);
        const why =
          error.killed && error.code !== 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER'
            ? `did not end within ${timeoutMs / 1000} s`
            : typeof error.code === 'number'
              ? `failed with exit code ${error.code}`
              : error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER'
                ? `printed more than ${outputBytesMax} bytes`
                : `ended by ${error.signal ?? 'an error'}`;
        reject(
          new AppError(
            'SYS_001',
            `SELVEDGE_MASTER_KEY_COMMAND ${why}${complaint === '' ? '' : `: ${complaint}`}. Run it by hand as the user that runs Selvedge, and see that it prints the key.`,
          ),
        );
      },
    );
  });
}
