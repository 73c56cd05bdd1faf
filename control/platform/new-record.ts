// A function's record as it is when the function is made.

import { ENVIRONMENT_DEFAULT } from '../model/environment.ts';
import type { CreateFunction, FunctionRecord, Kept } from '../model/function.ts';
import type { Place } from '../plan/place-function.ts';
import { newFunctionId } from '../store/new-id.ts';
import { compatibilityDateDefault } from '../workerd/compatibility.ts';

export function newRecord(
  input: CreateFunction & Kept,
  place: Place = { environment: ENVIRONMENT_DEFAULT, base: input.name },
): FunctionRecord {
  const {
    code,
    deploy: _deploy,
    message: _message,
    tag: _tag,
    environment: _environment,
    compatibility_date,
    compatibility_flags,
    cpu_ms,
    wait_until_timeout,
    stream_timeout,
    rate_limit,
    labels,
    env_required,
    annotations: _annotations,
    assets,
    migrationTag,
    modules,
    variables: _variables,
    inEnvironment: _inEnvironment,
    ...settings
  } = input;
  const now = new Date().toISOString();
  return {
    ...settings,
    id: newFunctionId(),
    compatibilityDate: compatibility_date ?? compatibilityDateDefault,
    compatibilityFlags: compatibility_flags,
    cpuMs: cpu_ms,
    waitUntilTimeout: wait_until_timeout,
    streamTimeout: stream_timeout,
    rateLimit: rate_limit,
    labels: labels ?? {},
    envRequired: env_required,
    ...place,
    shadow: null,
    assets: assets ?? null,
    migrationTag: migrationTag ?? null,
    failedBuildLogs: null,
    status: code === undefined && modules === undefined ? 'draft' : 'building',
    activeVersion: null,
    createdAt: now,
    updatedAt: now,
  };
}
