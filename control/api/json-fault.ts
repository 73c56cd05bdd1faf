// Finds where a text stops being JSON. `JSON.parse` tells a position for some faults only, and quotes the
// text around others, which may hold a secret; this tells the position always and quotes nothing.

type Expect = 'value' | 'value or ]' | 'name' | 'name or }' | ':' | ', or end' | 'nothing';

const SPACE = /[ \t\n\r]*/y;
const SCALAR = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;

/** Offset of the first character that cannot be; the text's length if it ends too early. */
export function findJsonFault(text: string): number {
  const open: ('{' | '[')[] = [];
  let expect: Expect = 'value';
  let at = 0;
  for (;;) {
    at = skip(SPACE, text, at);
    const char = text[at];
    if (char === undefined) return text.length;
    const inside = open.at(-1);
    if (expect === 'nothing') return at;
    if (expect === ':' || expect === ', or end') {
      if (expect === ':' && char === ':') expect = 'value';
      else if (expect === ', or end' && char === ',') expect = inside === '{' ? 'name' : 'value';
      else if (expect === ', or end' && char === (inside === '{' ? '}' : ']')) expect = closed(open);
      else return at;
      at++;
      continue;
    }
    if ((expect === 'name or }' && char === '}') || (expect === 'value or ]' && char === ']')) {
      expect = closed(open);
      at++;
      continue;
    }
    if (char === '"') {
      const end = stringEnd(text, at);
      if (end.fault) return end.at;
      at = end.at;
      expect = expect.startsWith('name') ? ':' : after(open);
      continue;
    }
    if (expect.startsWith('name')) return at;
    if (char === '{' || char === '[') {
      open.push(char);
      expect = char === '{' ? 'name or }' : 'value or ]';
      at++;
      continue;
    }
    const end = skip(SCALAR, text, at);
    if (end === at) return at;
    at = end;
    expect = after(open);
  }
}

/** One-based line and column of an offset. */
export function placeOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

const after = (open: readonly string[]): Expect => (open.length === 0 ? 'nothing' : ', or end');

function closed(open: string[]): Expect {
  open.pop();
  return after(open);
}

function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

/** By hand, as an expression over a string of megabytes would overflow the engine's stack. */
function stringEnd(text: string, start: number): { readonly at: number; readonly fault: boolean } {
  for (let at = start + 1; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === 0x22) return { at: at + 1, fault: false };
    if (char < 0x20) return { at, fault: true };
    if (char !== 0x5c) continue;
    if (/^u[0-9a-fA-F]{4}/.test(text.slice(at + 1, at + 6))) at += 5;
    else if ('"\\/bfnrt'.includes(text[at + 1] ?? ' ')) at++;
    else return { at: Math.min(at + 1, text.length), fault: true };
  }
  return { at: text.length, fault: true };
}
