// Says in words what is wrong with a body, a query or a configuration file: each fault names the field, shows the value, and says
// the rule. Values that may be secret, or that are the user's source, are never shown.

import { z } from 'zod';
import { AppError, type ErrorIssue } from './errors.ts';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];
/** `configuration` is a file of the user's, which the command line reads. */
export type Part = 'body' | 'query' | 'configuration';

/** Longest part of a value or a name that a message repeats, in characters. */
const shownLengthMax = 80;
/** Faults that the message itself tells; `issues` has more. */
const faultsInMessageMax = 5;
/** Faults in `issues`: a body of a thousand bad files needs no thousand sentences. */
const issuesMax = 50;

/** Fields of bodies whose values may be, or hold, secrets; `code` is the user's own. */
const HIDDEN_FIELDS: readonly PropertyKey[] = [
  'environment',
  'value',
  'text',
  'code',
  'event',
  'headers',
  'query',
];

/** @throws {AppError} FN_006 with every fault. */
export function check<S extends z.ZodType>(schema: S, input: unknown, part: Part): z.output<S> {
  const result = schema.safeParse(input, { error: rule });
  if (result.success) return result.data;
  const issues = result.error.issues.flatMap((issue) => describe(issue, [], { schema, input, part }));
  const told = issues.slice(0, faultsInMessageMax).map((issue) => issue.message);
  const more = issues.length - told.length;
  const atLeast = issues.length < issuesMax ? '' : 'at least ';
  if (more > 0) told.push(`And ${atLeast}${more} more ${more === 1 ? 'fault' : 'faults'}.`);
  throw new AppError('FN_006', told.join(' '), { issues: issues.slice(0, issuesMax) });
}

interface Checked {
  readonly schema: z.ZodType;
  readonly input: unknown;
  readonly part: Part;
}

function describe(issue: Issue, above: Path, checked: Checked): ErrorIssue[] {
  const { schema, part } = checked;
  const path = [...above, ...issue.path];
  switch (issue.code) {
    case 'unrecognized_keys': {
      const allowed = fieldsAt(schema, path);
      const rest = allowed.length === 0 ? 'it takes none' : `allowed are ${allowed.join(', ')}`;
      // Of a body with a million unknown names, the first tell enough.
      return issue.keys.slice(0, issuesMax).map((key) => ({
        message: `"${cut(key)}" is not ${part === 'query' ? 'a parameter of this call' : `a field of ${name(path, part)}`}; ${rest}.`,
        path: dotted([...path, key]),
      }));
    }
    case 'invalid_key': {
      const key = path.at(-1) ?? '';
      const rules = issue.issues.map((inner) => inner.message).join('; ');
      const message = `${name(path.slice(0, -1), part)} has the name "${cut(String(key))}": ${rules}.`;
      return [{ message, path: dotted(path) }];
    }
    case 'invalid_union': {
      const choices = 'options' in issue ? issue.options : undefined;
      if (Array.isArray(choices)) return [fault(path, `must be ${anyOf(choices)}`, checked)];
      // The branch whose faults lie deepest is the one that was meant.
      const deep = issue.errors.find((branch) => branch.some((inner) => inner.path.length > 0));
      if (deep) return deep.flatMap((inner) => describe(inner, path, checked));
      const rules = [...new Set(issue.errors.flat().map((inner) => inner.message))];
      return [fault(path, rules.join(' or '), checked)];
    }
    default:
      return [fault(path, issue.message, checked)];
  }
}

/** `"a", "b" or "c"` */
function anyOf(choices: readonly unknown[]): string {
  const shown = choices.map((choice) => JSON.stringify(choice));
  return [shown.slice(0, -1).join(', '), shown.at(-1)].filter((part) => part !== '').join(' or ');
}

function fault(path: Path, message: string, { input, part }: Checked): ErrorIssue {
  const value = valueAt(input, path);
  const subject = path.length === 0 ? `The ${part}` : dotted(path);
  const said = /^(is|are|holds|has) /.test(message);
  const hidden = part !== 'query' && path[0] !== undefined && HIDDEN_FIELDS.includes(path[0]);
  const middle = value === undefined ? ' is missing: ' : hidden || said ? ' ' : ` is ${show(value)}: `;
  return { message: `${subject}${middle}${message}.`, path: dotted(path) };
}

const name = (path: Path, part: Part): string => (path.length === 0 ? `the ${part}` : dotted(path));
const dotted = (path: Path): string => path.map((step) => cut(String(step))).join('.');
const cut = (text: string): string =>
  text.length > shownLengthMax ? `${text.slice(0, shownLengthMax)}…` : text;

/** Looked up in what was sent, as a rule over several fields is broken by the object that holds them. */
function valueAt(input: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, step)
        ? (value as Record<PropertyKey, unknown>)[step]
        : undefined,
    input,
  );
}

function show(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'an object' : cut(JSON.stringify(value));
}

const NOUNS: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
};

const FORMATS: Readonly<Record<string, string>> = {
  date: 'must be a date such as "2026-11-21"',
  datetime: 'must be a time such as "2026-11-21T12:00:00Z"',
  base64: 'must be base64',
};

/** The rule that an issue breaks; a schema's own message goes before this one. */
function rule(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.inst instanceof z.ZodNumber && issue.inst.isInt) return `must be ${NOUNS.int}`;
      return `must be ${NOUNS[issue.expected] ?? issue.expected}`;
    case 'too_small':
      if (issue.origin === 'string' && issue.minimum === 1) return 'must not be empty';
      return `must ${amount(issue.origin)} at least ${issue.minimum}${unit(issue.origin)}`;
    case 'too_big':
      return `must ${amount(issue.origin)} at most ${issue.maximum}${unit(issue.origin)}`;
    case 'invalid_value':
      return `must be ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
    case 'invalid_format':
      return FORMATS[issue.format] ?? `must match ${issue.pattern}`;
    default:
      return 'is not valid';
  }
}

const amount = (origin: string): string => (origin === 'array' ? 'hold' : 'be');
const unit = (origin: string): string =>
  origin === 'string' ? ' characters' : origin === 'array' ? ' entries' : '';

/** Names of the fields that an object at `path` may have. */
function fieldsAt(schema: z.core.$ZodType, path: Path): string[] {
  const [step, ...rest] = path;
  if (schema instanceof z.ZodObject) {
    const shape: Readonly<Record<string, z.core.$ZodType>> = schema.shape;
    if (step === undefined) return Object.keys(shape);
    const field = shape[String(step)];
    return field ? fieldsAt(field, rest) : [];
  }
  if (schema instanceof z.ZodArray) return fieldsAt(schema.element, rest);
  if (schema instanceof z.ZodRecord) return step === undefined ? [] : fieldsAt(schema.valueType, rest);
  if (schema instanceof z.ZodUnion) {
    return schema.options.flatMap((option) => fieldsAt(option, path));
  }
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodNullable
  ) {
    return fieldsAt(schema.def.innerType, path);
  }
  return [];
}
