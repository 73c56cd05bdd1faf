// A function's record after a change of its settings, and what that change asks for: another build, or other instances.

import type { FunctionRecord, Kept, UpdateFunction } from '../model/function.ts';
import type { Shadow } from '../model/shadow.ts';

export function mergeRecord(
  record: FunctionRecord,
  input: UpdateFunction & Kept,
  shadow: Shadow | null,
): FunctionRecord {
  const {
    code: _code,
    deploy: _deploy,
    message: _message,
    tag: _tag,
    environment: _environment,
    status,
    compatibility_date,
    compatibility_flags,
    cpu_ms,
    wait_until_timeout,
    stream_timeout,
    rate_limit,
    labels,
    env_required,
    annotations: _annotations,
    modules: _modules,
    variables: _variables,
    shadow: _shadow,
    inEnvironment: _inEnvironment,
    ...rest
  } = input;
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  return {
    ...record,
    ...given,
    compatibilityDate: compatibility_date ?? record.compatibilityDate,
    compatibilityFlags: compatibility_flags ?? record.compatibilityFlags,
    cpuMs: cpu_ms === undefined ? record.cpuMs : cpu_ms,
    waitUntilTimeout: wait_until_timeout ?? record.waitUntilTimeout,
    streamTimeout: stream_timeout ?? record.streamTimeout,
    rateLimit: rate_limit === undefined ? record.rateLimit : rate_limit,
    labels: { ...record.labels, ...labels },
    envRequired: env_required ?? record.envRequired,
    base: rest.name !== undefined && record.base === record.name ? rest.name : record.base,
    shadow,
    status: statusAfter(record, status),
  };
}

function statusAfter(record: FunctionRecord, wanted: UpdateFunction['status']): FunctionRecord['status'] {
  if (wanted === 'disabled') return 'disabled';
  if (wanted === 'enabled' && record.status === 'disabled')
    return record.activeVersion ? 'deployed' : 'draft';
  return record.status;
}

const differs = (a: unknown, b: unknown): boolean => JSON.stringify(a) !== JSON.stringify(b);

export function needsBuild(before: FunctionRecord, after: FunctionRecord): boolean {
  return (
    before.handler !== after.handler ||
    before.convention !== after.convention ||
    differs(before.dependencies, after.dependencies)
  );
}

export function changesInstances(
  before: FunctionRecord,
  after: FunctionRecord,
  input: UpdateFunction & Kept,
): boolean {
  return (
    input.environment !== undefined ||
    input.variables !== undefined ||
    before.name !== after.name ||
    before.memory !== after.memory ||
    before.concurrency !== after.concurrency ||
    before.waitUntilTimeout !== after.waitUntilTimeout ||
    differs(before.egress, after.egress) ||
    differs(before.bindings, after.bindings) ||
    differs(before.assets, after.assets) ||
    before.compatibilityDate !== after.compatibilityDate ||
    differs(before.compatibilityFlags, after.compatibilityFlags)
  );
}
