// What must never stand in an answer: places inside the machine, stacks of the platform's code, secrets.

/** Regular expressions that both Node and Python read the same way. */
export function leakPatterns(secrets: {
  readonly dataDir: string;
  readonly repository: string;
  readonly token: string;
}): readonly string[] {
  return [
    ...Object.values(secrets).map(literally),
    String.raw`\bat (?:async )?(?:[\w$.<>]+ \()?(?:file:|node:|/)[^\s)]*:\d+:\d+`,
    'node:internal',
    'node_modules/',
    String.raw`\b(?:ENOENT|EACCES|EPERM|ENOSPC|SQLITE_[A-Z]+)\b`,
    String.raw`(?:/home/|/root/|/tmp/|/usr/lib/|/var/)[\w.-]+`,
    String.raw`\bcontrol/(?:api|store|platform|workerd|bundle|model)/[\w-]+\.ts`,
  ];
}

/** The first thing in `text` that is a leak and that the client did not send itself; undefined if there is none. */
export function findLeak(patterns: readonly string[], text: string, sent: string): string | undefined {
  for (const pattern of patterns) {
    for (const [found] of text.matchAll(new RegExp(pattern, 'g'))) if (!sent.includes(found)) return found;
  }
  return undefined;
}

const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
