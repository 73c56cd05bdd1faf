// Header fields as pairs, so that two of one name stay two. Names are in lower case.

export type Fields = readonly (readonly [string, string])[];

/** All values of a name, joined as HTTP allows; null when there is none. */
export function fieldValue(fields: Fields, name: string): string | null {
  let value: string | null = null;
  for (const [field, text] of fields) {
    if (field === name) value = value === null ? text : `${value}, ${text}`;
  }
  return value;
}

/** Members of a list like `Vary` or `Cache-Tag`: trimmed, none empty. */
export const membersOf = (value: string | null): string[] =>
  (value ?? '')
    .split(',')
    .map((member) => member.trim())
    .filter((member) => member !== '');

/** As workerd and Node give them: `Set-Cookie` is the one name whose values cannot be joined. */
export function fieldsOf(headers: Headers): Fields {
  return [...headers].map(([name, value]) => [name.toLowerCase(), value] as const);
}
