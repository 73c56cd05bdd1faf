// The steps that change headers: of what the function is sent, and of what the client gets.

import { type Captures, matchPath, partsOfPath } from '../../contract/path-pattern.ts';
import type { HeaderRuleEntry } from '../../contract/rules/headers.ts';
import type { HeaderEdit } from '../header-edit.ts';
import type { Step, StepMaker } from '../step.ts';
import type { Visit } from '../visit.ts';
import { fillValue } from './fill-value.ts';

export const requestHeadersStep: StepMaker = {
  name: 'request_headers',
  prepare: ({ requestHeaders }) =>
    requestHeaders && changeHeaders('request_headers', requestHeaders, (visit) => visit.requestHeaders),
};

/** Before all refusals, as they are answers too. */
export const responseHeadersStep: StepMaker = {
  name: 'response_headers',
  prepare: ({ responseHeaders }) =>
    responseHeaders && changeHeaders('response_headers', responseHeaders, (visit) => visit.responseHeaders),
};

function changeHeaders(
  step: string,
  rules: readonly HeaderRuleEntry[],
  listOf: (visit: Visit) => HeaderEdit[],
): Step {
  const byPath = rules.some(({ path }) => path !== undefined);
  return (visit) => {
    const parts = byPath ? partsOfPath(visit.path) : [];
    const edits = rules.flatMap((rule) => editOf(rule, visit, parts) ?? []);
    listOf(visit).push(...edits);
    if (visit.trace.on) visit.trace.note(step, edits.map(describe).join(', ') || 'nothing is changed');
    return undefined;
  };
}

const NONE: Captures = {};

function editOf(rule: HeaderRuleEntry, visit: Visit, parts: readonly string[]): HeaderEdit | undefined {
  const { name, op, path, statuses, value } = rule;
  const captures = path ? matchPath(path, parts) : NONE;
  if (!captures) return undefined;
  return {
    ...{ op, name },
    ...(value && { value: fillValue(value, visit, captures) }),
    ...(statuses && { statuses }),
  };
}

const describe = ({ name, op, value }: HeaderEdit): string =>
  value === undefined ? `${op} ${name}` : `${op} ${name}: ${value}`;
