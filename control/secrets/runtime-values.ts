// What a version's variables are when an instance is given them: secrets opened, references filled in. A variable that
// names a secret is as secret as that.

import { AppError } from '../model/errors.ts';
import type { VersionVariable } from '../model/function.ts';
import { expandSecrets, expandSecretsInJson, secretsNamedIn } from '../model/secret-reference.ts';
import type { NamedSecret } from './redactor.ts';

export interface SecretValue extends NamedSecret {
  /** What the isolate is to have: JSON text of the value, or the value itself where that is JSON. */
  readonly json: string;
}

export interface RuntimeValues {
  readonly plain: readonly VersionVariable[];
  readonly secret: readonly SecretValue[];
}

export const isSecret = ({ secret, value }: VersionVariable): boolean =>
  secret || secretsNamedIn(value).length > 0;

/** @throws {AppError} FN_005 naming the variable and the secret that it names and the function has not. */
export function runtimeValues(
  env: readonly VersionVariable[],
  open: (name: string, sealed: string) => string,
): RuntimeValues {
  const opened = new Map(env.filter(({ secret }) => secret).map(({ key, value }) => [key, open(key, value)]));
  const plain: VersionVariable[] = [];
  const secret: SecretValue[] = [];
  for (const variable of env) {
    if (!isSecret(variable)) plain.push(variable);
    else secret.push(secretValue(variable, opened));
  }
  return { plain, secret };
}

function secretValue(
  { key, value: text, secret, json }: VersionVariable,
  opened: ReadonlyMap<string, string>,
): SecretValue {
  if (secret) return secretOf(key, opened.get(key) ?? '', json);
  const secretNamed = (name: string): string => {
    const value = opened.get(name);
    if (value !== undefined) return value;
    throw new AppError(
      'FN_005',
      `The variable ${key} names the secret ${name}, which the function does not have: set it with POST /functions/<name>/env {"key": "${name}", "value": "...", "secret": true}, or \`selvedge secrets set <name> ${name}\`.`,
    );
  };
  return json
    ? secretOf(key, expandSecretsInJson(text, secretNamed), json)
    : secretOf(key, expandSecrets(text, secretNamed), json);
}

const secretOf = (name: string, value: string, json: true | undefined): SecretValue => ({
  ...{ name, value },
  json: json ? value : JSON.stringify(value),
});
