// Names that a function says it cannot do without (`env_required`), against those that it would run with.

export interface RequiringFunction {
  readonly name: string;
  readonly base: string;
  readonly project: string;
  readonly environment: string;
  readonly envRequired: readonly string[];
}

/** In the order in which they are required, each once. */
export function missingNames(required: readonly string[], present: Iterable<string>): string[] {
  const known = new Set(present);
  return [...new Set(required)].filter((name) => !known.has(name));
}

/** Why it is not made live, with the command that helps. */
export function missingMessage(record: RequiringFunction, missing: readonly string[]): string {
  const { name, base, project, environment } = record;
  const where = [
    ...(project === 'default' ? [] : ['--project', project]),
    ...(environment === 'prod' ? [] : ['--env', environment]),
  ].join(' ');
  const command = `selvedge functions env set ${base} ${missing[0]}=…${where && ` ${where}`}`;
  return `"${name}" requires ${missing.join(', ')} (env_required), which ${missing.length === 1 ? 'is' : 'are'} set neither for it nor for ${environment} nor for project "${project}": set ${missing.length === 1 ? 'it' : 'each'}, as in \`${command}\`, or with POST /projects/${project}/environments/${environment}/env for all of ${environment}.`;
}
