import {
  type CreateFunction,
  createFunctionSchema,
  type FunctionRecord,
} from '../../control/model/function.ts';
import { newFunctionId } from '../../control/store/new-id.ts';

/** A draft as `createFunction` would store it. */
export function functionRecord(changes: Partial<FunctionRecord> = {}): FunctionRecord {
  const input: CreateFunction = createFunctionSchema.parse({ name: changes.name ?? 'hello' });
  const {
    code: _code,
    deploy: _deploy,
    environment: _environment,
    compatibility_date,
    compatibility_flags,
    cpu_ms,
    wait_until_timeout,
    stream_timeout,
    rate_limit,
    env_required,
    ...same
  } = input;
  return {
    ...same,
    id: newFunctionId(),
    compatibilityDate: compatibility_date ?? '2026-11-01',
    compatibilityFlags: compatibility_flags,
    cpuMs: cpu_ms,
    waitUntilTimeout: wait_until_timeout,
    streamTimeout: stream_timeout,
    rateLimit: rate_limit,
    labels: {},
    environment: 'prod',
    base: input.name,
    envRequired: env_required,
    shadow: null,
    assets: null,
    migrationTag: null,
    failedBuildLogs: null,
    status: 'draft',
    activeVersion: null,
    createdAt: '2026-11-21T00:00:00.000Z',
    updatedAt: '2026-11-21T00:00:00.000Z',
    ...changes,
  };
}
