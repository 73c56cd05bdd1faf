// `export const config = {…}` of a `baas` handler, read without running it.

import type { AnyNode, Program } from 'acorn';
import { z } from 'zod';
import { AppError } from '../model/errors.ts';
import { memoryMb, timeoutSeconds } from '../model/limits.ts';
import { parseSource } from './parse-source.ts';
import { readSource } from './source-files.ts';
import { staticValue } from './static-value.ts';

const timeoutMsMax = timeoutSeconds.max * 1000;

/** What of it means something to the platform; the rest is the owner's. */
const configSchema = z.looseObject({
  /** Milliseconds. */
  timeout: z.number().min(1).max(timeoutMsMax).optional(),
  /** MB. */
  memory: z.number().min(1).max(memoryMb.max).optional(),
  env_required: z.array(z.string()).optional(),
});
export type ExportedConfig = z.infer<typeof configSchema>;

/** The expression that `config` is exported as; undefined without one. */
export function configNode(program: Program): AnyNode | undefined {
  const declared = new Map<string, AnyNode>();
  let exported: string | undefined;
  for (const statement of program.body as AnyNode[]) {
    const inner = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (inner?.type === 'VariableDeclaration')
      for (const { id, init } of inner.declarations)
        if (id.type === 'Identifier' && init) {
          declared.set(id.name, init as AnyNode);
          if (inner !== statement && id.name === 'config') exported = 'config';
        }
    if (statement.type === 'ExportNamedDeclaration' && !statement.source)
      for (const { exported: as, local } of statement.specifiers)
        if (as.type === 'Identifier' && as.name === 'config' && local.type === 'Identifier')
          exported = local.name;
  }
  return exported === undefined ? undefined : declared.get(exported);
}

/** @throws {AppError} FN_006 naming the field that the platform cannot honour. */
export function checkConfig(value: unknown): ExportedConfig {
  const result = configSchema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = String(issue?.path[0] ?? '');
  const rules: Record<string, string> = {
    timeout: `milliseconds, 1 to ${timeoutMsMax}`,
    memory: `MB, 1 to ${memoryMb.max}`,
    env_required: 'a list of names',
  };
  const shown = JSON.stringify((value as Record<string, unknown> | null)?.[field])?.slice(0, 80);
  throw new AppError(
    'FN_006',
    field === '' ? 'config must be an object.' : `config.${field} is ${shown}: it must be ${rules[field]}.`,
  );
}

/** Of inline source; empty when it exports none, or cannot be parsed, which the build will tell. */
export async function readExportedConfig(code: string): Promise<ExportedConfig> {
  const { inline } = await readSource(code);
  const parsed = await parseSource(code, inline?.loader ?? 'ts').catch(() => undefined);
  const value = parsed && staticValue(configNode(parsed.program));
  return value === undefined ? {} : checkConfig(value);
}
