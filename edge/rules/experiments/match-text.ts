// How texts of a target are compared: equal, or beginning so when the wanted one ends with `*`, which alone is anything.

export function matchesText(wanted: string, given: string | null | undefined): boolean {
  if (given === null || given === undefined) return false;
  return wanted.endsWith('*') ? given.startsWith(wanted.slice(0, -1)) : given === wanted;
}
