// The message of an error that a handler threw goes to whoever asked, and may hold a secret: `new Error("bad key " + key)`.

/** As in logs: a shorter value would be found where nobody meant it. */
const secretLengthMin = 6;

/** Puts `[secret NAME]` in the place of each secret's value; longer values first, as one may hold another. */
export function hideSecrets(
  text: string,
  names: readonly string[],
  env: Readonly<Record<string, unknown>>,
): string {
  return names
    .map((name) => ({ name, value: env[name] }))
    .filter((one): one is { name: string; value: string } => typeof one.value === 'string')
    .filter(({ value }) => value.length >= secretLengthMin)
    .toSorted((a, b) => b.value.length - a.value.length)
    .reduce((hidden, { name, value }) => hidden.replaceAll(value, () => `[secret ${name}]`), text);
}
