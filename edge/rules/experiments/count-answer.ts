// What an answer tells of the experiments that its visitor is in: how it went, and whether he has done what they are about.

import { CONVERT_HEADER } from '../../contract/names.ts';
import { visitorDigest } from '../../contract/visitor-digest.ts';
import type { Visit } from '../visit.ts';
import { isConversion } from './is-conversion.ts';
import type { PreparedExperiment } from './prepared-experiment.ts';
import { knownKey } from './visitor-keys.ts';

/** A visitor who takes part in an experiment. */
export interface Part {
  readonly experiment: string;
  readonly variant: string;
  readonly key: string;
}

export function countAnswer(
  { front: { experiments: book } }: Visit,
  functionId: string,
  parts: readonly Part[],
  status: number,
  tookMs: number,
): void {
  for (const { experiment, variant, key } of parts) {
    book.visit(functionId, experiment, variant, visitorDigest(functionId, experiment, key));
    book.answered(functionId, experiment, variant, status, tookMs);
  }
}

/** `asked` is the path before any variant changed it. Of experiments that he was sent to, nothing counts. */
export function countConversions(
  visit: Visit,
  functionId: string,
  experiments: readonly PreparedExperiment[],
  asked: string,
  answer: Response,
): void {
  const named = answer.headers
    .get(CONVERT_HEADER)
    ?.split(',')
    .map((name) => name.trim());
  for (const experiment of experiments) {
    const { name, status, conversion, by } = experiment.entry;
    if (status !== 'running') continue;
    const converts = named?.includes(name) || (conversion && isConversion(conversion, asked, answer));
    if (!converts) continue;
    const key = knownKey(visit, by);
    if (key === null || !experiment.includes(key)) continue;
    visit.front.experiments.convert(functionId, name, visitorDigest(functionId, name, key));
  }
}
