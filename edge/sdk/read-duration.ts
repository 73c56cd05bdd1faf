// Durations as people write them: `500ms`, `30s`, `1m`, `2h`, `1d`, or a number of seconds.

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

export type Duration = number | `${number}${keyof typeof UNITS}`;

/** In milliseconds. @throws {TypeError} for what is none. */
export function readDuration(duration: Duration, what: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(String(duration));
  const ms =
    typeof duration === 'number'
      ? duration * 1000
      : match
        ? Number(match[1]) * UNITS[match[2] as 'ms']
        : Number.NaN;
  if (ms > 0 && Number.isFinite(ms)) return ms;
  throw new TypeError(
    `${what} is ${JSON.stringify(duration)}: it must be a duration such as "30s", "1m" or "2h".`,
  );
}
