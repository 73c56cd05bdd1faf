// Goal: docs/cli.md is what the commands say of themselves, and nothing else.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { examplesOf } from '../control/cli/define-command.ts';
import { EXITS } from '../control/cli/exit-codes.ts';
import { createProgram } from '../control/cli/program.ts';
import { leaves, renderCliReference } from '../scripts/render-cli-reference.ts';

test('docs/cli.md is as `npm run docs:cli` writes it', () => {
  const page = readFileSync(join(import.meta.dirname, '../docs/cli.md'), 'utf8');
  expect(page).toBe(renderCliReference());
});

test('every command has a summary, a description and an example', () => {
  for (const command of leaves(createProgram('0').command)) {
    expect(command.summary(), command.name()).not.toBe('');
    expect(command.description(), command.name()).not.toBe('');
    expect(examplesOf(command), command.name()).not.toEqual([]);
  }
});

/** The words of an example as a shell would give them, without what the shell itself does. */
function wordsOf(line: string): string[] {
  const command = line.replace(/^source <\((.*)\)$/, '$1').replace(/ (\| source|<\S+)$/, '');
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map((match) => String(match[1] ?? match[2])).slice(1);
}

test('every example is a command that is taken', async () => {
  const { command: program } = createProgram('0', (root) => root.exitOverride());
  let acted: string[] = [];
  const examples = leaves(program).flatMap((command) => {
    command.action(() => {
      acted.push(command.name());
    });
    return examplesOf(command).map(({ line }) => ({ line, name: command.name() }));
  });
  for (const { line, name } of examples) {
    acted = [];
    await program.parseAsync(wordsOf(line), { from: 'user' });
    expect(acted, line).toEqual([name]);
  }
});

test('no two ways to end have the same code', () => {
  const codes = Object.values(EXITS).map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
});
