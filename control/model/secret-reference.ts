// `${secrets.NAME}` in the value of a variable: it stands for the value of the secret NAME of the same function. Pure.

const REFERENCE = /\$\{secrets\.([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** Names of the secrets that the text refers to, in order, each once. */
export const secretsNamedIn = (text: string): string[] => [
  ...new Set([...text.matchAll(REFERENCE)].map((match) => String(match[1]))),
];

/** `NAME: '${secrets.NAME}'` says that the variable is the secret of its own name. */
export const isItself = (key: string, text: string): boolean => text === `\${secrets.${key}}`;

/** A secret is taken as it is: what looks like a reference in it is none. */
export const expandSecrets = (text: string, secretNamed: (name: string) => string): string =>
  text.replaceAll(REFERENCE, (_, name: string) => secretNamed(name));

/** As `expandSecrets`, in the strings of a JSON text, so that a quote in a secret does not end the string it is in. */
export function expandSecretsInJson(json: string, secretNamed: (name: string) => string): string {
  const expand = (value: unknown): unknown => {
    if (typeof value === 'string') return expandSecrets(value, secretNamed);
    if (Array.isArray(value)) return value.map(expand);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, expand(inner)]));
  };
  return JSON.stringify(expand(JSON.parse(json)));
}
