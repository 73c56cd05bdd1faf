// Names that a function says it cannot do without (`env_required`), against those that it would run with.

export interface RequiringFunction {
  readonly name: string;
  readonly base: string;
  readonly project: string;
  readonly environment: string;
}

/** In the order in which they are required, each once. */
export function missingNames(required: readonly string[], present: Iterable<string>): string[] {
  const known = new Set(present);
  return [...new Set(required)].filter((name) => !known.has(name));
}

/** Why it is not made live, with the command that helps. */
export function missingMessage(record: RequiringFunction, missing: readonly string[]): string {
  const { name, base, project, environment } = record;
  const flags = `--env ${environment} --function ${base}`;
  const inProject = project === 'default' ? '' : ` --project ${project}`;
  const one = missing.length === 1;
  return `"${name}" requires ${missing.join(', ')} (env_required), which ${one ? 'is' : 'are'} set neither by it nor for it in ${environment}, nor for ${environment} or the project "${project}": set ${one ? 'it' : 'each'} with \`selvedge env set ${missing[0]}=… ${flags}${inProject}\`.`;
}
