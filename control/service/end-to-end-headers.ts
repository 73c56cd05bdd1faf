// Headers that concern one connection and not the message. Raw headers are flat lists of names and values, as Node
// gives them: what is passed on keeps its case, order and repetitions.

const HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Without those that `Connection` names, and without those that are not wanted; `wanted` gets names in lower case. */
export function endToEndHeaders(raw: readonly string[], wanted: (name: string) => boolean): string[] {
  const named = new Set<string>();
  for (const [name, value] of pairs(raw)) {
    if (name.toLowerCase() !== 'connection') continue;
    for (const one of value.split(',')) named.add(one.trim().toLowerCase());
  }
  const kept: string[] = [];
  for (const [name, value] of pairs(raw)) {
    const lower = name.toLowerCase();
    if (!HOP.has(lower) && !named.has(lower) && wanted(lower)) kept.push(name, value);
  }
  return kept;
}

export function* pairs(raw: readonly string[]): Generator<[string, string]> {
  for (let at = 0; at + 1 < raw.length; at += 2) yield [String(raw[at]), String(raw[at + 1])];
}
