// `projects`: list, make and delete them.

import type { Command } from 'commander';
import type { Project } from '../../client/client.ts';
import type { CommandContext } from '../command-context.ts';
import { addAction, addExamples } from '../define-command.ts';
import { renderTable } from '../render-table.ts';

export function addProjects(program: Command): void {
  const projects = program
    .command('projects')
    .summary('list, make and delete projects')
    .description(
      'Lists projects, with how many functions each has. A project is made by its first function too: `--project shop` on any command.',
    );
  addExamples(projects, [{ line: 'selvedge projects', does: 'those that the token may see' }]);
  addAction<object, []>(projects, async (context) => {
    const { out } = context;
    const listed = await context.progress('reading the list', () => listProjects(context));
    out.result({ projects: listed }, () =>
      renderTable(
        ['PROJECT', 'FUNCTIONS', 'DESCRIPTION'],
        listed.map(({ name, functions, description }) => [name, String(functions), description]),
      ),
    );
    return undefined;
  });
  addProjectsCreate(projects);
  addProjectsDelete(projects);
}

function addProjectsCreate(projects: Command): void {
  const command = projects
    .command('create')
    .summary('make a project')
    .description('Makes a project, so that variables can be set for it before there is a function.')
    .argument('<name>', 'its name, which is part of the hosts of its functions')
    .option('--description <text>', 'for people');
  addExamples(command, [{ line: 'selvedge projects create shop', does: 'hosts end in shop.localhost' }]);
  addAction<{ readonly description?: string }, [string]>(command, async (context, { description }, name) => {
    const { out, client } = context;
    const input = { name, ...(description !== undefined && { description }) };
    const made = await context.progress(`making ${name}`, () => client.projects.create(input));
    out.result(made, () => `Project ${made.name} is there.`);
    return undefined;
  });
}

function addProjectsDelete(projects: Command): void {
  const command = projects
    .command('delete')
    .summary('delete a project')
    .description('Deletes a project with its environments and their variables; one with functions stays.')
    .argument('<name>', 'its name');
  addExamples(command, [{ line: 'selvedge projects delete shop', does: 'for good' }]);
  addAction<object, [string]>(command, async (context, _, name) => {
    const { out, client } = context;
    const gone = await context.progress(`deleting ${name}`, () => client.projects.delete(name));
    out.result(gone, () => `Project ${gone.name} is gone.`);
    return undefined;
  });
}

async function listProjects({ client, call }: CommandContext): Promise<Project[]> {
  const all: Project[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.projects.list({ cursor, limit: 1000 }, call);
    all.push(...page.projects);
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
  return all;
}
