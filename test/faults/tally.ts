// Counts what an offender got, by a few words for each kind of answer: `200`, `504 FN_002`, `broken body`, `reset`.

export class Tally {
  readonly counts = new Map<string, number>();
  slowestMs = 0;

  add(what: string, tookMs = 0): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
    this.slowestMs = Math.max(this.slowestMs, tookMs);
  }

  /** The most frequent first. */
  toString(): string {
    const entries = [...this.counts].sort((a, b) => b[1] - a[1]);
    return entries.map(([what, count]) => `${count} × ${what}`).join(', ') || 'nothing';
  }
}
