// The steps that change headers: of what the function is sent, and of what the client gets.

import { type Captures, matchPath, partsOfPath } from '../../contract/path-pattern.ts';
import type { HeaderRuleEntry } from '../../contract/rules/headers.ts';
import type { HeaderEdit } from '../header-edit.ts';
import type { Step, StepMaker } from '../step.ts';
import type { Visit } from '../visit.ts';
import { fillValue } from './fill-value.ts';
import { openValues } from './open-values.ts';

export const requestHeadersStep: StepMaker = {
  name: 'request_headers',
  prepare: ({ requestHeaders: rules }) => {
    if (!rules) return undefined;
    const byPath = needPath(rules);
    if (!rules.some(({ sealed }) => sealed !== undefined)) {
      return (visit) => change('request_headers', rules, visit, visit.requestHeaders, byPath, NOTHING_OPENED);
    }
    return async (visit) =>
      change('request_headers', rules, visit, visit.requestHeaders, byPath, await openValues(rules, visit));
  },
};

/** Before all refusals, as they are answers too. */
export const responseHeadersStep: StepMaker = {
  name: 'response_headers',
  prepare: ({ responseHeaders: rules }): Step | undefined => {
    if (!rules) return undefined;
    const byPath = needPath(rules);
    return (visit) => change('response_headers', rules, visit, visit.responseHeaders, byPath, NOTHING_OPENED);
  },
};

type Opened = ReadonlyMap<string, string>;
const NOTHING_OPENED: Opened = new Map();
const NONE: Captures = {};

const needPath = (rules: readonly HeaderRuleEntry[]): boolean => rules.some(({ path }) => path !== undefined);

function change(
  step: string,
  rules: readonly HeaderRuleEntry[],
  visit: Visit,
  list: HeaderEdit[],
  byPath: boolean,
  opened: Opened,
): undefined {
  const parts = byPath ? partsOfPath(visit.path) : [];
  const edits = rules.flatMap((rule) => editOf(rule, visit, parts, opened) ?? []);
  list.push(...edits);
  if (!visit.trace.on) return;
  const secret = new Set(opened.values());
  visit.trace.note(step, edits.map((edit) => describe(edit, secret)).join(', ') || 'nothing is changed');
}

function editOf(
  { name, op, path, sealed, statuses, value }: HeaderRuleEntry,
  visit: Visit,
  parts: readonly string[],
  opened: Opened,
): HeaderEdit | undefined {
  const captures = path ? matchPath(path, parts) : NONE;
  if (!captures) return undefined;
  const filled = sealed === undefined ? value && fillValue(value, visit, captures) : opened.get(sealed);
  return { op, name, ...(filled !== undefined && { value: filled }), ...(statuses && { statuses }) };
}

/** What was decided is told to whoever asks, and a secret to nobody. */
function describe({ name, op, value }: HeaderEdit, secret: ReadonlySet<string>): string {
  if (value === undefined) return `${op} ${name}`;
  return `${op} ${name}: ${secret.has(value) ? '(a secret)' : value}`;
}
