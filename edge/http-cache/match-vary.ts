// Which of several responses of one URL a request gets (RFC 9111 section 4.1).

export type VaryValues = readonly (readonly [string, string | null])[];

/** Characters of all values together. They are the visitor's own, and are kept with each entry and compared with each. */
export const varyLengthMax = 4096;

/** What the request had in the fields that its response's `Vary` names; undefined when that is too long to be kept. */
export function varyValues(
  names: readonly string[],
  request: (name: string) => string | null,
): VaryValues | undefined {
  const values = names.map((name) => [name, request(name)] as const);
  const length = values.reduce((sum, [, value]) => sum + (value?.length ?? 0), 0);
  if (length > varyLengthMax) return undefined;
  return values.map(([name, value]) => [name, normalized(name, value)] as const);
}

export const matchesVary = (values: VaryValues, request: (name: string) => string | null): boolean =>
  values.every(([name, value]) => {
    const asked = request(name);
    // Nothing is stored for one that is longer, so that it is not even looked at.
    return (asked?.length ?? 0) <= varyLengthMax && normalized(name, asked) === value;
  });

const ANY_CASE = new Set(['accept-language', 'accept-encoding', 'accept-charset']);

/**
 * White space around commas means nothing, nor does the case of a language, nor the order of what is liked alike. Split and
 * trimmed: an expression for "white space before a comma" tries each run of it from each of its places.
 */
function normalized(name: string, value: string | null): string | null {
  if (value === null) return null;
  const members = value.split(',').map((member) => trimmed(member.split(';')).join(';'));
  return ANY_CASE.has(name)
    ? members
        .map((member) => member.toLowerCase())
        .sort()
        .join(',')
    : members.join(',');
}

const trimmed = (parts: readonly string[]): string[] => parts.map((part) => part.trim());
