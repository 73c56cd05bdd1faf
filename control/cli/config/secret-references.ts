// `${secrets.X}` in the values of an environment. Pure.
//
// The server fills references in, from the secrets that the function has. Whoever deploys gives it a secret by having
// an environment variable of that name. Run locally, they are filled in from there.

import { expandSecrets, secretsNamedIn } from '../../model/secret-reference.ts';

export interface SplitEnvironment {
  readonly plain: Record<string, string>;
  readonly secret: Record<string, string>;
}

export function splitEnvironment(environment: Readonly<Record<string, string>>): SplitEnvironment {
  const refers = ([, text]: [string, string]): boolean => secretsNamedIn(text).length > 0;
  const entries = Object.entries(environment);
  return {
    plain: Object.fromEntries(entries.filter((entry) => !refers(entry))),
    secret: Object.fromEntries(entries.filter(refers)),
  };
}

type Variables = Readonly<Record<string, string>>;
type Values = Readonly<Record<string, string | undefined>>;

/** The secrets that the variables name and that there are values for. */
export function secretsGiven(variables: Variables, values: Values): { key: string; value: string }[] {
  const names = new Set(Object.values(variables).flatMap(secretsNamedIn));
  return [...names].flatMap((key) => {
    const value = values[key];
    return value === undefined ? [] : [{ key, value }];
  });
}

export interface FilledIn {
  readonly set: Readonly<Record<string, string>>;
  /** Variables that name what there is no value for, and the names. */
  readonly missing: readonly { readonly key: string; readonly names: readonly string[] }[];
}

export function fillIn(variables: Variables, values: Values): FilledIn {
  const set: Record<string, string> = {};
  const missing: { key: string; names: string[] }[] = [];
  for (const [key, text] of Object.entries(variables)) {
    const absent = secretsNamedIn(text).filter((name) => values[name] === undefined);
    if (absent.length === 0) set[key] = expandSecrets(text, (name) => values[name] ?? '');
    else missing.push({ key, names: absent });
  }
  return { set, missing };
}
