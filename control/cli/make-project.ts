// Copies a template into a new folder, with the function's name and runtime filled in.

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CliError } from './cli-error.ts';

const templatesFolder = join(import.meta.dirname, 'templates');

/** npm leaves files of this name out of packages, so the template has it without its dot. */
const RENAMED: Readonly<Record<string, string>> = { gitignore: '.gitignore' };

export interface ProjectChoices {
  readonly name: string;
  readonly template: string;
  readonly runtime: string;
}

/** Answers the files that it made. Nothing that is there is touched: a folder with anything in it is refused. */
export function makeProject(folder: string, { name, template, runtime }: ProjectChoices): string[] {
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new CliError('files', `The folder ${folder} is there already, and not empty.`, {
      hint: 'Choose another name, or remove the folder first.',
    });
  }
  const source = join(templatesFolder, template);
  const files = readdirSync(source, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(source.length + 1))
    .sort();
  return files.map((file) => {
    const made = RENAMED[file] ?? file;
    const text = readFileSync(join(source, file), 'utf8');
    mkdirSync(dirname(join(folder, made)), { recursive: true });
    writeFileSync(
      join(folder, made),
      text.replaceAll('{{name}}', name).replaceAll('{{runtime}}', runtime),
      // Also against a folder that somebody fills at the same moment.
      { flag: 'wx' },
    );
    return made;
  });
}
