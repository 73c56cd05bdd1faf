// The platform as far as it goes without a process: real store, functions and keys. Functions stay drafts, as
// there is nothing that could run them.

import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { type Actor, type Caller, OWNER } from '../../control/model/access.ts';
import { createFunctionSchema } from '../../control/model/function.ts';
import { Catalog } from '../../control/platform/catalog.ts';
import { ChangeQueue } from '../../control/platform/change-queue.ts';
import { DeployProgress } from '../../control/platform/deploy-progress.ts';
import { Deployments } from '../../control/platform/deployments.ts';
import { FunctionAliases } from '../../control/platform/function-aliases.ts';
import { FunctionEnv } from '../../control/platform/function-env.ts';
import { FunctionWriter, type FunctionWriterOptions } from '../../control/platform/function-writer.ts';
import { Functions, type FunctionsOptions } from '../../control/platform/functions.ts';
import { KeyRing } from '../../control/platform/key-ring.ts';
import { Overlays } from '../../control/platform/overlays.ts';
import { Projects } from '../../control/platform/projects.ts';
import { Promotions } from '../../control/platform/promotion.ts';
import { Refusals } from '../../control/platform/refusals.ts';
import { RegionWatch } from '../../control/platform/region-watch.ts';
import { Regions } from '../../control/platform/regions.ts';
import { Requirements } from '../../control/platform/requirements.ts';
import { RuleSecrets } from '../../control/platform/rule-secrets.ts';
import { Selvedge, type SelvedgeOptions } from '../../control/platform/selvedge.ts';
import { newMasterKey } from '../../control/secrets/master-key.ts';
import { RuleKey } from '../../control/secrets/rule-key.ts';
import { Vault } from '../../control/secrets/vault.ts';
import type { Store } from '../../control/store/store.ts';
import { type LogStore, openLogStore } from '../../control/telemetry/log-store.ts';
import { useStore } from './use-store.ts';
import { useTmpDir } from './use-tmp-dir.ts';

/** One for all, so that a test can open its database again. */
const masterKey = newMasterKey();
export const OWNER_TOKEN = 'the-token-of-the-owner';

export interface Drafts {
  readonly platform: Selvedge;
  readonly store: Store;
  readonly logs: LogStore;
  readonly keys: KeyRing;
  readonly refusals: Refusals;
  /** Called when the fronts are to have new credentials. */
  readonly publishKeys: ReturnType<typeof vi.fn<() => Promise<void>>>;
  create(by: Caller, project: string, name: string): ReturnType<Selvedge['createFunction']>;
}

export const callerOf = (actor: Actor): Caller => ({ actor, requestId: 'req-1', address: '192.0.2.1' });
export const owner = callerOf(OWNER);

export async function useDrafts(stateDb?: string): Promise<Drafts> {
  const store = await useStore(stateDb);
  const logs = openLogStore({ telemetryDb: join(useTmpDir(), 'telemetry.db') });
  onTestFinished(() => logs.close());
  const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  const publishKeys = vi.fn(async () => undefined);
  const keys = await KeyRing.read({ store, ownerToken: OWNER_TOKEN, publish: publishKeys });
  const refusals = new Refusals(store, log);
  const nothingRuns = {
    graceMsOf: () => 0,
    minimums: new Set(),
    instancesOf: () => [],
    retireInBackground: () => undefined,
    shareProcessors: () => undefined,
  };
  const catalog = new Catalog();
  const vault = await Vault.open(store, masterKey);
  const publish = async () => undefined;
  const queue = new ChangeQueue(catalog);
  const fleet = nothingRuns as unknown as FunctionsOptions['fleet'];
  const versions = {} as FunctionsOptions['versions'];
  const deployer = {} as FunctionWriterOptions['deployer'];
  const writer = new FunctionWriter({ store, catalog, fleet, deployer, publish });
  const requirements = new Requirements({ store, code: () => Promise.reject(new Error('nothing is built')) });
  const ruleKey = new RuleKey(vault);
  const ruleSecrets = new RuleSecrets({ store, vault, key: ruleKey });
  const regions = new Regions({
    ...{ store, vault, catalog, ruleKey, here: 'local', publish },
    watch: new RegionWatch({ ask: async () => undefined, onChange: () => undefined, log: () => undefined }),
  });
  const projects = new Projects({ store, catalog });
  await store.projects.ensure('default', new Date().toISOString());
  const functions = new Functions({
    ...{ store, catalog, fleet, versions, queue, writer, requirements, ruleSecrets, regions, publish },
    onDeleted: () => undefined,
    domain: 'localhost',
    vault,
  });
  const edge = { host: '127.0.0.1', port: 8080, domain: 'localhost' };
  const platform = new Selvedge({
    ...{ store, logs, functions, queue, keys, refusals, log, edge },
    variables: new FunctionEnv({ store, vault, queue, writer, versions, ruleSecrets, publish }),
    deployments: new Deployments({ store, catalog, queue, writer, versions }),
    aliases: new FunctionAliases({ store, catalog, queue, edge, publish }),
    projects,
    regions,
    overlays: new Overlays({
      ...{ store, catalog, vault, projects, requirements, ruleSecrets, log },
      renew: async () => false,
    }),
    promotions: new Promotions({ store, catalog, queue, writer, requirements, ruleSecrets, publish }),
    recording: { times: new Map() },
    progress: new DeployProgress(),
    crashes: () => undefined,
  } as unknown as SelvedgeOptions);
  const create: Drafts['create'] = (by, project, name) =>
    platform.createFunction(by, createFunctionSchema.parse({ project, name }));
  return { platform, store, logs, keys, refusals, publishKeys, create };
}
