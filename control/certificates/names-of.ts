// The host names of a certificate, from the text that Node makes of its subjectAltName.

/**
 * In lower case; a name with a wildcard elsewhere than alone in its first label matches nothing, and is left out.
 * Addresses are too: no client names one when it connects.
 */
export function namesOf(subjectAltName: string | undefined): string[] {
  const names = (subjectAltName ?? '')
    .split(', ')
    .flatMap((entry) => (entry.startsWith('DNS:') ? [entry.slice('DNS:'.length).toLowerCase()] : []))
    .filter((name) => /^(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(name));
  return [...new Set(names)];
}
