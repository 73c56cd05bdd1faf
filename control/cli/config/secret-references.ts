// `${secrets.X}` in the values of an environment. Pure.
//
// The server keeps secrets write-only and for each function apart, so a reference is filled in here, from the
// environment of whoever deploys; without a value there, a secret of that variable that the function has is kept.

const REFERENCE = /\$\{secrets\.([A-Za-z_][A-Za-z0-9_]*)\}/g;

export interface SplitEnvironment {
  readonly plain: Record<string, string>;
  readonly secret: Record<string, string>;
}

export function splitEnvironment(environment: Readonly<Record<string, string>>): SplitEnvironment {
  const has = (text: string): boolean => text.match(REFERENCE) !== null;
  const entries = Object.entries(environment);
  return {
    plain: Object.fromEntries(entries.filter(([, text]) => !has(text))),
    secret: Object.fromEntries(entries.filter(([, text]) => has(text))),
  };
}

export interface SecretPlan {
  /** Variables to set, with their values. */
  readonly set: readonly { readonly key: string; readonly value: string }[];
  /** Variables that have no value here or on the server, and the names that were looked for. */
  readonly missing: readonly { readonly key: string; readonly names: readonly string[] }[];
}

export function planSecrets(
  variables: Readonly<Record<string, string>>,
  values: Readonly<Record<string, string | undefined>>,
  onServer: readonly string[],
): SecretPlan {
  const set: { key: string; value: string }[] = [];
  const missing: { key: string; names: string[] }[] = [];
  for (const [key, text] of Object.entries(variables)) {
    const names = [...text.matchAll(REFERENCE)].map((match) => String(match[1]));
    const absent = names.filter((name) => values[name] === undefined);
    if (absent.length === 0)
      set.push({ key, value: text.replaceAll(REFERENCE, (_, name: string) => values[name] ?? '') });
    else if (!onServer.includes(key)) missing.push({ key, names: absent });
  }
  return { set, missing };
}
