// `projects`: the projects that have functions. A project is made by the first function in it.

import type { Command } from 'commander';
import { addAction, addExamples } from '../define-command.ts';
import { renderTable } from '../render-table.ts';
import { listAll } from './list.ts';

export function addProjects(program: Command): void {
  const command = program
    .command('projects')
    .summary('list projects')
    .description(
      'Lists the projects that have functions, with how many. A project is there as soon as a function is made in it: `--project shop` on any command.',
    );
  addExamples(command, [{ line: 'selvedge projects', does: 'those that the token may see' }]);
  addAction<object, []>(command, async (context) => {
    const { out } = context;
    const listed = await context.progress('reading the list', () => listAll(context));
    const counts = new Map<string, number>();
    for (const { project } of listed) counts.set(project, (counts.get(project) ?? 0) + 1);
    const projects = [...counts]
      .map(([name, functions]) => ({ name, functions }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    out.result({ projects }, () =>
      projects.length === 0
        ? 'There are no projects, as there are no functions.'
        : renderTable(
            ['PROJECT', 'FUNCTIONS'],
            projects.map(({ name, functions }) => [name, String(functions)]),
          ),
    );
    return undefined;
  });
}
