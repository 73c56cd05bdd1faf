// The platform as far as it goes without a process: real store, functions and keys. Functions stay drafts, as
// there is nothing that could run them.

import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { type Actor, type Caller, OWNER } from '../../control/model/access.ts';
import { createFunctionSchema } from '../../control/model/function.ts';
import { Catalog } from '../../control/platform/catalog.ts';
import { DeployProgress } from '../../control/platform/deploy-progress.ts';
import { Functions, type FunctionsOptions } from '../../control/platform/functions.ts';
import { KeyRing } from '../../control/platform/key-ring.ts';
import { Overlays } from '../../control/platform/overlays.ts';
import { Projects } from '../../control/platform/projects.ts';
import { Promotions } from '../../control/platform/promotion.ts';
import { Refusals } from '../../control/platform/refusals.ts';
import { Requirements } from '../../control/platform/requirements.ts';
import { Selvedge, type SelvedgeOptions } from '../../control/platform/selvedge.ts';
import type { Store } from '../../control/store/store.ts';
import { type LogStore, openLogStore } from '../../control/telemetry/log-store.ts';
import { useStore } from './use-store.ts';
import { useTmpDir } from './use-tmp-dir.ts';

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
  const requirements = new Requirements({ store, code: () => Promise.reject(new Error('nothing is built')) });
  const projects = new Projects({ store, catalog });
  await store.projects.ensure('default', new Date().toISOString());
  const functions = new Functions({
    ...{ store, catalog, requirements, publish: async () => undefined, onDeleted: () => undefined },
    domain: 'localhost',
    fleet: nothingRuns as unknown as FunctionsOptions['fleet'],
    deployer: {} as FunctionsOptions['deployer'],
    versions: {} as FunctionsOptions['versions'],
  });
  const platform = new Selvedge({
    ...{ store, logs, functions, keys, refusals, log, projects },
    overlays: new Overlays({ store, catalog, projects, requirements, log, renew: async () => false }),
    promotions: new Promotions({ store, catalog, functions, requirements, publish: async () => undefined }),
    edge: { host: '127.0.0.1', port: 8080, domain: 'localhost' },
    recording: { times: new Map() },
    progress: new DeployProgress(),
    crashes: () => undefined,
  } as unknown as SelvedgeOptions);
  const create: Drafts['create'] = (by, project, name) =>
    platform.createFunction(by, createFunctionSchema.parse({ project, name }));
  return { platform, store, logs, keys, refusals, publishKeys, create };
}
