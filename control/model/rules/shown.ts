// A value as messages repeat it: quoted, and not longer than one can read.

const shownLengthMax = 80;

export const shown = (text: string): string =>
  JSON.stringify(text.length > shownLengthMax ? `${text.slice(0, shownLengthMax)}…` : text);
