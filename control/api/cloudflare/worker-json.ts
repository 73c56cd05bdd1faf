// Workers and their versions as Cloudflare's answers show them.

import { createHash } from 'node:crypto';
import type { VersionBinding } from '../../model/binding.ts';
import type {
  DeploymentRecord,
  FunctionRecord,
  VersionRecord,
  VersionVariable,
} from '../../model/function.ts';
import { asUuid, uuidOf } from './version-uuid.ts';

/** Settings of other systems that a function keeps as labels, under these names. */
export const LABELS = { tags: 'cloudflare.tags', domains: 'cloudflare.domains' } as const;

export const tagsOf = ({ labels }: FunctionRecord): string[] => listOf(labels[LABELS.tags]);

/** Hosts that were set as custom domains: they are routes like others, but a deploy that sets routes leaves them. */
export const domainsOf = ({ labels }: FunctionRecord): string[] => listOf(labels[LABELS.domains]);

const listOf = (json: string | undefined): string[] =>
  json === undefined ? [] : (JSON.parse(json) as string[]);

/** A worker's own id, which stays when it is renamed. */
export const tagOf = ({ id }: FunctionRecord): string =>
  createHash('sha256').update(id).digest('hex').slice(0, 32);

export const scriptJson = (record: FunctionRecord) => ({
  id: record.name,
  tag: tagOf(record),
  tags: tagsOf(record),
  etag: record.activeVersion ?? '',
  ...(record.migrationTag !== null && { migration_tag: record.migrationTag }),
  compatibility_date: record.compatibilityDate,
  compatibility_flags: record.compatibilityFlags,
  usage_model: 'standard',
  ...(record.cpuMs !== null && { limits: { cpu_ms: record.cpuMs } }),
  // Others than wrangler make wrangler ask whether it may go on.
  last_deployed_from: 'wrangler',
  created_on: record.createdAt,
  modified_on: record.updatedAt,
});

/** `showsValues`: plain variables are shown to who may read the source. */
export function versionJson(version: VersionRecord, showsValues: boolean, number?: number) {
  const { settings, annotations, createdAt } = version;
  return {
    id: asUuid(version.id),
    ...(number !== undefined && { number }),
    metadata: {
      created_on: createdAt,
      modified_on: createdAt,
      source: 'wrangler',
      author_id: annotations.author ?? '',
      author_email: annotations.author ?? '',
      has_preview: true,
    },
    annotations: {
      ...(annotations.message !== null && { 'workers/message': annotations.message }),
      ...(annotations.tag !== null && { 'workers/tag': annotations.tag }),
      // wrangler calls any other one unknown.
      'workers/triggered_by': annotations.triggeredBy === 'secret' ? 'secret' : 'upload',
    },
    resources: {
      bindings: bindingsJson(settings.env, settings.bindings, showsValues),
      script: { etag: version.bundle, last_deployed_from: 'wrangler' },
      script_runtime: {
        compatibility_date: settings.compatibilityDate,
        compatibility_flags: settings.compatibilityFlags,
        usage_model: 'standard',
        limits: {},
      },
    },
  };
}

export const bindingsJson = (
  env: readonly VersionVariable[],
  bindings: readonly VersionBinding[],
  showsValues: boolean,
): unknown[] => [...env.map((variable) => variableJson(variable, showsValues)), ...bindings.map(bindingJson)];

function variableJson({ key: name, value, secret, json }: VersionVariable, showsValues: boolean) {
  if (secret) return { name, type: 'secret_text' };
  if (json) return { name, type: 'json', json: showsValues ? JSON.parse(value) : '(hidden)' };
  return { name, type: 'plain_text', text: showsValues ? value : '(hidden)' };
}

function bindingJson(binding: VersionBinding): unknown {
  const { name } = binding;
  switch (binding.type) {
    case 'durable_object':
      return {
        ...{ name, type: 'durable_object_namespace', class_name: binding.className },
        ...(binding.script !== undefined && { script_name: binding.script }),
      };
    case 'wasm':
      return { name, type: 'wasm_module', part: binding.module };
    case 'text':
      return { name, type: 'text_blob', part: binding.module };
    case 'data':
      return { name, type: 'data_blob', part: binding.module };
    default:
      return binding;
  }
}

export const deploymentJson = ({ id, versions, details, createdAt }: DeploymentRecord) => ({
  id: uuidOf(id),
  source: 'wrangler',
  strategy: 'percentage',
  author_email: details.author ?? '',
  created_on: createdAt,
  annotations: {
    ...(details.message !== null && { 'workers/message': details.message }),
    ...(details.rollout !== null && { 'workers/triggered_by': 'promotion' }),
    ...(details.strategy === 'rollback' && { 'workers/triggered_by': 'rollback' }),
  },
  versions: versions.map(({ version, shareBp }) => ({
    version_id: asUuid(version),
    percentage: shareBp / 100,
  })),
});
