// Which of several responses of one URL a request gets (RFC 9111 section 4.1).

export type VaryValues = readonly (readonly [string, string | null])[];

/** What the request had in the fields that its response's `Vary` names. */
export function varyValues(names: readonly string[], request: (name: string) => string | null): VaryValues {
  return names.map((name) => [name, normalized(name, request(name))] as const);
}

export const matchesVary = (values: VaryValues, request: (name: string) => string | null): boolean =>
  values.every(([name, value]) => normalized(name, request(name)) === value);

const ANY_CASE = new Set(['accept-language', 'accept-encoding', 'accept-charset']);

/** White space around commas means nothing, nor does the case of a language, nor the order of what is liked alike. */
function normalized(name: string, value: string | null): string | null {
  if (value === null) return null;
  const text = value.trim().replace(/\s*([,;])\s*/g, '$1');
  return ANY_CASE.has(name) ? text.toLowerCase().split(',').sort().join(',') : text;
}
