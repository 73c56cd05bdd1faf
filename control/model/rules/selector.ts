// Selectors that the rewriter of pages takes. It is asked here, and not left to find out at the first request, as control has
// no rewriter: this is the part of CSS that is known to be taken, and a test holds it against the real one.

const NAME = '-?[A-Za-z_][A-Za-z0-9_-]*';
const ATTRIBUTE = `\\[${NAME}(?:[*^$~|]?=(?:"[^"\\\\]*"|'[^'\\\\]*'|${NAME})(?: ?[iIsS])?)?\\]`;
const NTH = ':(?:first-child|first-of-type|nth-child\\(\\d{1,4}\\)|nth-of-type\\(\\d{1,4}\\))';
const SIMPLE = `[.#]${NAME}|${ATTRIBUTE}|${NTH}`;
const NOT = `:not\\((?:${NAME}|${SIMPLE})\\)`;
const COMPOUND = `(?:(?:${NAME}|\\*)(?:${SIMPLE}|${NOT})*|(?:${SIMPLE}|${NOT})+)`;
const SELECTOR = new RegExp(`^${COMPOUND}(?:(?: > | )${COMPOUND})*$`);

export const isSelector = (text: string): boolean => SELECTOR.test(text);
