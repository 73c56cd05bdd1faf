// The parts of a user's package.json that a build goes by.

import { z } from 'zod';
import { deployFailure } from './build-failure.ts';
import { isRegistryRange } from './registry-range.ts';
import type { SourceFile } from './source-files.ts';

const packageSchema = z.object({
  main: z.string().optional(),
  module: z.string().optional(),
  dependencies: z.record(z.string(), z.string()).default({}),
  overrides: z.record(z.string(), z.unknown()).optional(),
});

export interface PackageManifest {
  readonly main: string | undefined;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly overrides: Readonly<Record<string, unknown>> | undefined;
}

export function readPackageJson(
  files: ReadonlyMap<string, SourceFile>,
  logs: readonly string[],
): PackageManifest {
  const text = files.get('package.json');
  if (text === undefined) return { main: undefined, dependencies: {}, overrides: undefined };
  let json: unknown;
  try {
    json = JSON.parse(text.toString());
  } catch (error) {
    const message = `package.json is not JSON: ${(error as Error).message}`;
    throw deployFailure(message, logs, [{ message, file: 'package.json' }], error);
  }
  const parsed = packageSchema.safeParse(json);
  if (!parsed.success) {
    const issues = parsed.error.issues.map((issue) => ({
      message: `${issue.path.join('.')}: ${issue.message}`,
      file: 'package.json',
    }));
    throw deployFailure(
      `package.json is malformed: ${issues.map(({ message }) => message).join('; ')}`,
      logs,
      issues,
    );
  }
  const { main, module, dependencies, overrides } = parsed.data;
  for (const [name, range] of Object.entries(dependencies)) checkRange(name, range, logs);
  checkOverrides(overrides, logs);
  return { main: module ?? main, dependencies, overrides };
}

function checkRange(name: string, range: string, logs: readonly string[]): void {
  if (isRegistryRange(range)) return;
  const message = `The dependency "${name}" has the range "${range}"; it must be a version range of the registry, such as "^1.2.0" or "latest".`;
  throw deployFailure(message, logs, [{ message, file: 'package.json' }]);
}

/** Nested as npm has them; `$name` stands for the range of a dependency, which is checked as one. */
function checkOverrides(overrides: unknown, logs: readonly string[]): void {
  if (typeof overrides !== 'object' || overrides === null) return;
  for (const [name, range] of Object.entries(overrides)) {
    if (typeof range === 'string') checkRange(name, range, logs);
    else checkOverrides(range, logs);
  }
}
