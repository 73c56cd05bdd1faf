// What a page of the documentation has its reader do, in the order of the page. Pure.
//
//   ```js                         a block whose first line is a comment with a path is that file
//   // greet/index.js
//
//   ```sh                         each command of a shell block is run; the comment right below it is what it
//   npx selvedge functions list   prints, `…` being anything within a line. A last line `(exit code 3)` says how it
//   # PROJECT …                   ends. A comment behind an empty line, or at the end of a command, is a remark.
//
// A block that is neither, such as a fragment or the output of a terminal, is left alone.

export type PageStep = { readonly kind: 'file'; readonly path: string; readonly text: string } | PageCommand;

export interface PageCommand {
  readonly kind: 'command';
  readonly line: string;
  /** Lines that it prints; undefined if the page does not say. */
  readonly prints: string | undefined;
  readonly exitCode: number;
}

const BLOCK = /^```(\w+)\n(.*?)^```$/gms;
const PATH_COMMENT = /^(?:\/\/|#) ((?:[\w.-]+\/)+[\w.-]+)$/;

export function pageSteps(page: string): PageStep[] {
  return [...page.matchAll(BLOCK)].flatMap(([, language = '', text = '']) =>
    language === 'sh' ? commandsOf(text) : filesOf(text),
  );
}

function filesOf(text: string): PageStep[] {
  const [first = '', ...rest] = text.split('\n');
  const path = PATH_COMMENT.exec(first)?.[1];
  if (path === undefined) return [];
  // JSON has no comments.
  return [{ kind: 'file', path, text: path.endsWith('.json') ? rest.join('\n') : text }];
}

function commandsOf(block: string): PageStep[] {
  const steps: PageStep[] = [];
  for (const paragraph of block.split(/\n\s*\n/)) {
    // Lines that end in a backslash, or are within a quoted text, go on in the next one.
    const chunks = paragraph.matchAll(/^(?!#)((?:\\\n|'[^']*'|[^\n])+)\n?((?:#.*\n?)*)/gm);
    for (const [, line = '', comment = ''] of chunks) steps.push(commandOf(line, comment.trimEnd()));
  }
  return steps;
}

function commandOf(line: string, comment: string): PageCommand {
  const said = comment === '' ? [] : comment.split('\n').map((text) => text.replace(/^# ?/, ''));
  const exitCode = /^\(exit code (\d+)\)$/.exec(said.at(-1) ?? '')?.[1];
  if (exitCode !== undefined) said.pop();
  const prints = said.length > 0 ? said.join('\n') : undefined;
  return { kind: 'command', line, prints, exitCode: Number(exitCode ?? 0) };
}

/** Fits an output behind a line break: `…` stands for anything within a line, a line that is `…` for any lines. */
export function printsAs(prints: string): RegExp {
  const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const lines = prints
    .split('\n')
    .map((line) => (line === '…' ? '(?:\\n.*)*' : `\\n${line.split('…').map(escaped).join('.*')}`));
  return new RegExp(`^${lines.join('')}$`);
}
