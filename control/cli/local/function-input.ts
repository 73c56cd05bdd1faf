// The function of a folder, as the control API would be sent it: the same schema checks it, so that what is refused
// there is refused here, and the defaults are the same.

import { AppError } from '../../model/errors.ts';
import {
  type CreateFunction,
  createFunctionSchema,
  type FunctionRecord,
  type VersionSettings,
} from '../../model/function.ts';
import type { FunctionId } from '../../model/ids.ts';
import { sealRules } from '../../plan/rules/seal-rules.ts';
import { compatibilityDateDefault } from '../../workerd/compatibility.ts';

/** The body of `POST /functions`, unchecked. `code` must be there. */
export type FunctionInput = Readonly<Record<string, unknown>>;
/** Reads the folder anew. What it rejects with is shown, and what ran before goes on. */
export type LoadFunction = () => Promise<FunctionInput>;

export const localFunctionId = 'fn_local' as FunctionId;

export type LocalFunction = CreateFunction & { readonly code: NonNullable<CreateFunction['code']> };

/** @throws {AppError} FN_006 naming each field that is wrong. */
export function checkFunction(
  input: FunctionInput,
  environment: Readonly<Record<string, string>>,
): LocalFunction {
  const own = (input.environment ?? {}) as Readonly<Record<string, string>>;
  const parsed = createFunctionSchema.safeParse({ ...input, environment: { ...own, ...environment } });
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
    const text = issues.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ');
    throw new AppError('FN_006', `The function cannot be run as it is: ${text}.`, { issues });
  }
  const { code } = parsed.data;
  if (code !== undefined) return { ...parsed.data, code };
  throw new AppError('FN_006', 'The function has no code: the folder holds no file that could be run.');
}

/** The part that makes a version what it is, as the platform stores it. */
export function versionSettings(input: LocalFunction): VersionSettings {
  return {
    compatibilityDate: input.compatibility_date ?? compatibilityDateDefault,
    compatibilityFlags: input.compatibility_flags,
    memory: input.memory,
    concurrency: input.concurrency,
    waitUntilTimeout: input.wait_until_timeout,
    egress: input.egress,
    // In the order in which the platform keeps them, as a function can see it.
    env: Object.entries(input.environment)
      .map(([key, value]) => ({ key, value, secret: false }))
      .sort((a, b) => (a.key < b.key ? -1 : 1)),
    bindings: input.bindings,
    assets: null,
  };
}

/** As if it had been created. It is public, whatever it will be: there is no one here to keep out. */
export function localRecord(input: LocalFunction): FunctionRecord {
  const now = new Date().toISOString();
  return {
    id: localFunctionId,
    project: input.project,
    name: input.name,
    description: input.description,
    runtime: input.runtime,
    handler: input.handler,
    convention: input.convention,
    timeout: input.timeout,
    vcpu: input.vcpu,
    labels: {},
    environment: 'prod',
    base: input.name,
    envRequired: input.env_required,
    sticky: input.sticky,
    shadow: null,
    crons: input.crons,
    bindings: input.bindings,
    assets: null,
    migrationTag: null,
    memory: input.memory,
    cpuMs: input.cpu_ms,
    waitUntilTimeout: input.wait_until_timeout,
    streamTimeout: input.stream_timeout,
    egress: input.egress,
    rateLimit: null,
    concurrency: input.concurrency,
    scaling: { ...input.scaling, minInstances: 0, maxInstances: 1 },
    public: true,
    dependencies: input.dependencies,
    routes: [],
    // Nothing of it leaves this machine, so that nothing is sealed; what is not set here opens nothing.
    rules: sealRules(
      { rules: input.rules, routes: [] },
      (name) => input.environment[name],
      (text) => text,
    ).rules,
    compatibilityDate: input.compatibility_date ?? compatibilityDateDefault,
    compatibilityFlags: input.compatibility_flags,
    status: 'deployed',
    failedBuildLogs: null,
    activeVersion: null,
    createdAt: now,
    updatedAt: now,
  };
}
