// What the audit log says of a change. Values of variables and source never get here.

import type { Caller, KeyRecord } from '../model/access.ts';
import type { ApiKeyRecord } from '../model/api-key.ts';
import type { AuditAction, AuditChanges, AuditEntry } from '../model/audit.ts';
import type { CertificateRecord } from '../model/certificate.ts';
import type { EnvVariable, FunctionRecord } from '../model/function.ts';

/** Not settings: who it is, when it was touched, which the entry says anyway, and what a build said. */
const NOT_TOLD = new Set(['id', 'createdAt', 'updatedAt', 'failedBuildLogs']);

const byWhom = ({ actor, requestId, address }: Caller) => ({
  actor: { id: actor.id, name: actor.name, role: actor.role },
  ...{ requestId, address },
  time: new Date().toISOString(),
});

export const functionEntry = (
  by: Caller,
  action: AuditAction,
  { id, name, project }: FunctionRecord,
  changes: AuditChanges,
): AuditEntry => ({
  ...byWhom(by),
  ...{ action, project, changes },
  ...{ function: { id, name }, key: null, refused: null },
});

export const projectEntry = (
  by: Caller,
  action: AuditAction,
  project: string,
  changes: AuditChanges,
): AuditEntry => ({
  ...byWhom(by),
  ...{ action, project, changes },
  ...{ function: null, key: null, refused: null },
});

/** A key of one project is told of in that project; one of several, or of all, in none. */
export function keyEntry(by: Caller, action: 'key.create' | 'key.revoke', key: KeyRecord): AuditEntry {
  const { id, name, role, projects, expiresAt } = key;
  const side = action === 'key.create' ? 'new' : 'old';
  return {
    ...byWhom(by),
    action,
    project: projects?.length === 1 ? (projects[0] ?? null) : null,
    ...{ function: null, key: id, refused: null },
    changes: {
      name: { [side]: name },
      role: { [side]: role },
      projects: { [side]: projects },
      expires_at: { [side]: expiresAt },
    },
  };
}

/** Of all projects, so of none. */
export const platformEntry = (by: Caller, action: AuditAction, changes: AuditChanges): AuditEntry => ({
  ...byWhom(by),
  ...{ action, changes, project: null, function: null, key: null, refused: null },
});

/** A key of visitors. */
export function apiKeyEntry(
  by: Caller,
  action: 'api_key.create' | 'api_key.revoke',
  { id, name, project, functionId, scopes, expiresAt }: ApiKeyRecord,
): AuditEntry {
  const side = action === 'api_key.create' ? 'new' : 'old';
  return {
    ...byWhom(by),
    ...{ action, project, function: null, key: id, refused: null },
    changes: {
      name: { [side]: name },
      function: { [side]: functionId },
      scopes: { [side]: scopes },
      expires_at: { [side]: expiresAt },
    },
  };
}

/** Of all projects, so of none. The keys are told by their ids. */
export const masterKeyEntry = (
  by: Caller,
  { from, to, source }: { readonly from: string; readonly to: string; readonly source: string },
): AuditEntry => ({
  ...byWhom(by),
  ...{ action: 'master_key.rotate', project: null, function: null, key: null, refused: null },
  changes: { master_key: { old: from, new: to }, source: { new: source } },
});

/** Served to whoever connects, and so of all projects. Its key is not told. */
export const certificateEntry = (
  by: Caller,
  action: 'certificate.add' | 'certificate.remove',
  { name, source, domains }: CertificateRecord,
): AuditEntry => {
  const side = action === 'certificate.add' ? 'new' : 'old';
  return {
    ...byWhom(by),
    ...{ action, project: null, function: null, key: null, refused: null },
    changes: { certificate: { [side]: name }, source: { [side]: source }, domains: { [side]: domains } },
  };
};

/** Settings that differ, under the names that the API has for them; all of them for a function that is new. */
export function settingChanges(before: FunctionRecord | undefined, after: FunctionRecord): AuditChanges {
  const old = new Map(Object.entries(before ?? {}));
  return Object.fromEntries(
    Object.entries(after)
      .filter(([field]) => !NOT_TOLD.has(field))
      .filter(
        ([field, value]) => !(field === 'labels' && before === undefined && JSON.stringify(value) === '{}'),
      )
      .filter(([field, value]) => JSON.stringify(value) !== JSON.stringify(old.get(field)))
      .map(([field, value]) => [apiName(field), { ...(before && { old: old.get(field) }), new: value }]),
  );
}

/** Each variable by its name, with its kind before and after. */
export function environmentChanges(
  before: readonly EnvVariable[],
  after: readonly EnvVariable[],
): AuditChanges {
  const old = new Map(before.map((variable) => [variable.key, variable]));
  const now = new Map(after.map((variable) => [variable.key, variable]));
  return Object.fromEntries(
    [...new Set([...old.keys(), ...now.keys()])]
      .filter((key) => differ(old.get(key), now.get(key)))
      .map((key) => [`env.${key}`, { old: kindOf(old.get(key)), new: kindOf(now.get(key)) }]),
  );
}

const differ = (a: EnvVariable | undefined, b: EnvVariable | undefined): boolean =>
  a?.value !== b?.value || a?.secret !== b?.secret;

const kindOf = (variable: EnvVariable | undefined): 'secret' | 'plain' | null =>
  variable === undefined ? null : variable.secret ? 'secret' : 'plain';

const apiName = (field: string): string => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
