// All commands of `selvedge`, as commander knows them. docs/cli.md is written from this.

import type { RootCommand } from '@bomb.sh/tab';
import { Command } from 'commander';
import { addCompletion } from './add-completion.ts';
import { addAlias } from './commands/alias.ts';
import { addApiKeys } from './commands/api-keys.ts';
import { addCache } from './commands/cache.ts';
import { addCertificates } from './commands/certificates.ts';
import { addDelete } from './commands/delete.ts';
import { addDeploy } from './commands/deploy.ts';
import { addDeployments } from './commands/deployments.ts';
import { addDev } from './commands/dev.ts';
import { addEnv } from './commands/env.ts';
import { addEnvironments } from './commands/environments.ts';
import { addExperiments } from './commands/experiments.ts';
import { addExplain } from './commands/explain.ts';
import { addGeo } from './commands/geo.ts';
import { addGet } from './commands/get.ts';
import { addInit } from './commands/init.ts';
import { addInvoke } from './commands/invoke.ts';
import { addList } from './commands/list.ts';
import { addLogin, addLogout } from './commands/login.ts';
import { addLogs } from './commands/logs.ts';
import { addMasterKey } from './commands/master-key.ts';
import { addOpen } from './commands/open.ts';
import { addProjects } from './commands/projects.ts';
import { addPromote } from './commands/promote.ts';
import { addRegions } from './commands/regions.ts';
import { addRollback } from './commands/rollback.ts';
import { addRollout } from './commands/rollout.ts';
import { addSecrets } from './commands/secrets.ts';
import { addStatus } from './commands/status.ts';
import { addTest } from './commands/test.ts';
import { addVariables } from './commands/variables.ts';
import { addVersions } from './commands/versions.ts';

export interface Program {
  readonly command: Command;
  readonly completion: RootCommand;
}

/** `prepare` is called before there are commands, as they inherit what is set on the program. */
export function createProgram(version: string, prepare: (program: Command) => void = () => {}): Program {
  const program = new Command('selvedge')
    .description('Functions at the edge, on your own machine.')
    .version(version, '-v, --version', 'print the version')
    .option('--json', 'print the result, and errors, as JSON on stdout')
    .option('--url <url>', 'address of the control API')
    .option('--project <name>', 'project of the function')
    .option('--env <name>', 'environment of the function: dev, staging, prod or one of your own')
    .option('--no-color', 'no colours')
    .helpOption('-h, --help', 'show this')
    .helpCommand(false)
    .configureHelp({ showGlobalOptions: true });
  prepare(program);
  const functions = program
    .command('functions')
    .summary('make, deploy, call and watch functions')
    .description('Makes, deploys, calls and watches functions.');
  addInit(functions);
  addDev(functions);
  addTest(functions);
  addDeploy(functions);
  addList(functions);
  addGet(functions);
  addLogs(functions);
  addInvoke(functions);
  addVersions(functions, 'selvedge functions');
  addRollback(functions);
  addEnv(functions);
  addDelete(functions);
  addVersions(program, 'selvedge');
  addDeployments(program);
  addRollout(program);
  addAlias(program);
  addApiKeys(program);
  addCache(program);
  addExperiments(program);
  addSecrets(program);
  addCertificates(program);
  addMasterKey(program);
  addLogin(program);
  addLogout(program);
  addProjects(program);
  addEnvironments(program);
  addVariables(program);
  addPromote(program);
  addGeo(program);
  addRegions(program);
  addExplain(program);
  addStatus(program);
  addOpen(program);
  for (const group of [...program.commands, ...functions.commands]) group.helpCommand(false);
  return { command: program, completion: addCompletion(program) };
}
