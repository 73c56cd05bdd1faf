// The table that the runner prints: a row for each fault as soon as it is over, and the sum at the end.

import type { Figures } from './load/honest-load.ts';
import type { Round } from './round.ts';

export const ms = (value: number): string => (Number.isNaN(value) ? '-' : value.toFixed(1));

export const tableHead = [
  '| fault | what the offender got | honest requests | failed | p99 before | p99 during | broken promises |',
  '|---|---|---|---|---|---|---|',
].join('\n');

export function tableRow({ fault, offender, before, during, whole, broken }: Round): string {
  const got = Object.entries(offender)
    .sort((a, b) => b[1] - a[1])
    .map(([what, count]) => `${count} × ${what}`);
  const cells = [
    fault,
    got.join(', ') || 'nothing',
    String(whole.requests),
    failures(whole),
    `${ms(before.p99Ms)} ms`,
    `${ms(during.p99Ms)} ms`,
    broken.join('; ') || 'none',
  ];
  return `| ${cells.join(' | ')} |`;
}

const failures = ({ failed, faults }: Figures): string =>
  failed === 0
    ? '0'
    : `${failed} (${Object.entries(faults)
        .map(([what, count]) => `${count} × ${what}`)
        .join(', ')})`;

/** `total` has the requests between two rounds as well. */
export function summary(rounds: readonly Round[], total: Pick<Figures, 'requests' | 'failed'>): string {
  const kept = rounds.filter(({ broken }) => broken.length === 0).length;
  const worst = rounds.toSorted((a, b) => b.during.p99Ms - a.during.p99Ms)[0];
  return [
    `${kept} of ${rounds.length} faults broke no promise.`,
    `Honest requests: ${total.requests}, of which ${total.failed} failed.`,
    ...(worst ? [`Worst honest p99: ${ms(worst.during.p99Ms)} ms, during ${worst.fault}.`] : []),
  ].join('\n');
}
