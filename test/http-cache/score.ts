// What came of the suite, as a table for docs/cache.md.

import type { Kind, Outcome, SuiteTest } from './run-suite.ts';

/** `unclear`: its preparation failed, or a test that it builds on. */
export type Verdict = 'pass' | 'fail' | 'unclear';

export interface Judged {
  readonly test: SuiteTest;
  readonly verdict: Verdict;
  readonly message: string;
}

export function judge(tests: readonly SuiteTest[], outcomes: Readonly<Record<string, Outcome>>): Judged[] {
  const failed = (id: string): boolean => id in outcomes && outcomes[id] !== true;
  return tests.flatMap((test): Judged[] => {
    const outcome = outcomes[test.id];
    if (test.forBrowsers || outcome === undefined) return [];
    if (outcome === true) return [{ test, verdict: 'pass', message: '' }];
    const [kind, message] = outcome;
    const basis = test.dependsOn.find(failed);
    if (basis !== undefined) return [{ test, verdict: 'unclear', message: `builds on ${basis}` }];
    return [{ test, verdict: kind === 'Assertion' ? 'fail' : 'unclear', message }];
  });
}

const KINDS: readonly Kind[] = ['required', 'optimal', 'check'];

const MEANING: Record<Kind, string> = {
  required: 'what RFC 9111 asks of every cache',
  optimal: 'what an optimal cache does',
  check: 'a question without a right answer; passed is yes',
};

/** `reasons` says why, by id. */
export function renderScore(judged: readonly Judged[], reasons: Readonly<Record<string, string>>): string {
  const rows = KINDS.map((kind) => {
    const of = judged.filter(({ test }) => test.kind === kind);
    const count = (verdict: Verdict): number => of.filter((one) => one.verdict === verdict).length;
    return `| ${kind} | ${MEANING[kind]} | ${of.length} | ${count('pass')} | ${count('fail')} | ${count('unclear')} |`;
  });
  const missed = judged.filter(({ test, verdict }) => verdict !== 'pass' && test.kind !== 'check');
  const list = missed.map(
    ({ test, verdict, message }) =>
      `| \`${test.id}\` | ${test.kind} | ${verdict} | ${(reasons[test.id] ?? message).replaceAll('|', '\\|')} |`,
  );
  return [
    '| kind | means | tests | passed | failed | unclear |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
    '| not passed | kind | verdict | why |',
    '| --- | --- | --- | --- |',
    ...list,
  ].join('\n');
}
