import { AppError } from '../model/errors.ts';

/** What to tell a person whose address cannot be listened on. */
export function listenError(setting: string, host: string, port: number, error: unknown): AppError {
  const reasons: Record<string, string> = {
    EADDRINUSE: `another program listens there; stop it, or set ${setting} to another address`,
    EACCES: `this user may not listen there; ports below 1024 need privileges, so set ${setting} to a higher port`,
    EADDRNOTAVAIL: `this machine has no such address; set ${setting} to one that it has`,
  };
  const code = String((error as NodeJS.ErrnoException).code);
  return new AppError(
    'SYS_001',
    `Cannot listen on ${host}:${port}: ${reasons[code] ?? String(error)}.`,
    {},
    error,
  );
}
