// Routes and custom domains of a Worker. DNS and certificates are nobody's business here: a host that resolves to the edge
// is served, and a zone is whatever a host ends in.

import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { FunctionRecord } from '../../model/function.ts';
import { pageSize, routesMax } from '../../model/limits.ts';
import type { Platform } from '../../platform/platform.ts';
import { listAll } from '../dialects/list-all.ts';
import type { ApiApp } from '../operation.ts';
import { findAccount } from './account-of.ts';
import { addEndpoint, type CloudflareCall } from './add-endpoint.ts';
import { CloudflareError, CODES } from './cloudflare-error.ts';
import { answer, answerList } from './envelope.ts';
import { findWorker } from './find-worker.ts';
import { routePatterns, zoneIdOf, zonesOf } from './route-patterns.ts';
import { SCRIPT } from './scripts.ts';
import { domainsOf, LABELS } from './worker-json.ts';

const routesSchema = z.array(z.looseObject({ pattern: z.string().min(1).max(1024) })).max(routesMax);
const hostSchema = z
  .string()
  .max(253)
  .regex(
    /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]*[a-z0-9])?$/i,
    'must be a host, as in "shop.example.com"',
  )
  .transform((host) => host.toLowerCase());
const originSchema = z.looseObject({ hostname: hostSchema });
const originsSchema = z.array(originSchema).max(routesMax);
const recordsSchema = z.looseObject({
  override_existing_origin: z.boolean().default(false),
  origins: originsSchema,
});

export function addRoutes(app: ApiApp, platform: Platform): void {
  addEndpoint(app, { name: 'listZones', method: 'get', path: '/zones', access: 'read' }, async (call) => {
    const name = hostSchema.safeParse(
      call.query
        .get('name')
        ?.replace(/^\*\.?/, '')
        .replace(/:\d+$/, ''),
    );
    if (!name.success) return answerList([]);
    const given = call.query.get('account.id');
    const account = given === null ? undefined : await findAccount(platform, call.by, given);
    return answerList([
      {
        ...{ id: zoneIdOf(name.data), name: name.data, status: 'active' },
        ...(account && { account: { id: account.id, name: account.project } }),
      },
    ]);
  });

  addEndpoint(
    app,
    { name: 'listZoneRoutes', method: 'get', path: '/zones/:zone/workers/routes', access: 'read' },
    async (call) => {
      const zone = call.param('zone');
      const routes = (await allRecords(platform, call)).flatMap((record) =>
        record.routes
          .filter(({ pattern }) => zonesOf(pattern).includes(zone))
          .map(({ pattern }) => ({ id: idOf(pattern), pattern, script: record.name })),
      );
      return answerList(routes);
    },
  );

  addEndpoint(
    app,
    { name: 'getRoutes', method: 'get', path: `${SCRIPT}/routes`, access: 'read' },
    async (call) => {
      const { record } = await findWorker(platform, call);
      return answerList(
        record.routes.map(({ pattern }) => ({ id: idOf(pattern), pattern, script: record.name })),
      );
    },
  );

  addEndpoint(
    app,
    { name: 'setRoutes', method: 'put', path: `${SCRIPT}/routes`, access: 'change' },
    async (call) => {
      const { record } = await findWorker(platform, call);
      const patterns = [...new Set(call.json(routesSchema).flatMap(({ pattern }) => routePatterns(pattern)))];
      await refuseTaken(platform, call, record, patterns);
      await setRoutes(platform, call, record, patterns, domainsOf(record));
      return answer(patterns);
    },
  );

  addEndpoint(
    app,
    { name: 'previewDomains', method: 'post', path: `${SCRIPT}/domains/changeset`, access: 'read' },
    async (call) => {
      const { record } = await findWorker(platform, call);
      const origins = call.json(originsSchema);
      const wanted = origins.map(({ hostname }) => hostname);
      const owners = await ownersOf(platform, call, record.project);
      const own = domainsOf(record);
      return answer({
        added: origins.filter(({ hostname }) => !owners.has(hostname)),
        removed: own
          .filter((host) => !wanted.includes(host))
          .map((hostname) => ({ id: idOf(hostname), hostname })),
        updated: origins
          .filter(({ hostname }) => owners.has(hostname))
          .map((origin) => ({
            ...origin,
            id: idOf(origin.hostname),
            modified: !own.includes(origin.hostname),
          })),
        conflicting: [],
      });
    },
  );

  addEndpoint(
    app,
    { name: 'setDomains', method: 'put', path: `${SCRIPT}/domains/records`, access: 'change' },
    async (call) => {
      const { record } = await findWorker(platform, call);
      const { origins, override_existing_origin } = call.json(recordsSchema);
      const hosts = [...new Set(origins.map(({ hostname }) => hostname))];
      const owners = await ownersOf(platform, call, record.project);
      for (const host of hosts) {
        const owner = owners.get(host);
        if (!owner || owner.id === record.id) continue;
        if (!override_existing_origin) throw taken(host, owner.name);
        const others = domainsOf(owner).filter((other) => other !== host);
        await setRoutes(platform, call, owner, plainRoutes(owner), others);
      }
      await setRoutes(platform, call, record, plainRoutes(record), hosts);
      return answer(hosts.map((hostname) => domainJson(record, hostname)));
    },
  );

  addEndpoint(
    app,
    {
      name: 'getDomain',
      method: 'get',
      path: '/accounts/:account/workers/domains/records/:domain',
      access: 'read',
    },
    async (call) => {
      const { project } = await findAccount(platform, call.by, call.param('account'));
      for (const [host, owner] of await ownersOf(platform, call, project))
        if (idOf(host) === call.param('domain')) return answer(domainJson(owner, host));
      throw new CloudflareError(
        CODES.noRoute,
        'FN_001',
        `There is no custom domain "${call.param('domain').slice(0, 80)}".`,
      );
    },
  );

  addEndpoint(
    app,
    {
      name: 'listDomains',
      method: 'get',
      path: '/accounts/:account/workers/domains/records',
      access: 'read',
    },
    async (call) => {
      const { project } = await findAccount(platform, call.by, call.param('account'));
      const service = call.query.get('service');
      const owners = [...(await ownersOf(platform, call, project))];
      return answerList(
        owners
          .filter(([, owner]) => service === null || owner.name === service)
          .map(([host, owner]) => domainJson(owner, host)),
      );
    },
  );
}

const domainRoute = (host: string): string => `${host}/*`;

function plainRoutes(record: FunctionRecord): string[] {
  const domains = new Set(domainsOf(record).map(domainRoute));
  return record.routes.map(({ pattern }) => pattern).filter((pattern) => !domains.has(pattern));
}

/** Routes that the control API gave methods keep them. */
async function setRoutes(
  platform: Platform,
  { by }: CloudflareCall,
  record: FunctionRecord,
  patterns: readonly string[],
  domains: readonly string[],
): Promise<void> {
  const all = [...new Set([...patterns, ...domains.map(domainRoute)])];
  const routes = all.map(
    (pattern) => record.routes.find((known) => known.pattern === pattern) ?? { pattern },
  );
  const labels = { [LABELS.domains]: JSON.stringify(domains) };
  await platform.updateFunction(by, { idOrName: record.id }, { routes, labels });
}

async function refuseTaken(
  platform: Platform,
  call: CloudflareCall,
  record: FunctionRecord,
  patterns: readonly string[],
): Promise<void> {
  for (const other of await allRecords(platform, call)) {
    const found =
      other.id === record.id ? undefined : other.routes.find(({ pattern }) => patterns.includes(pattern));
    if (found) throw taken(found.pattern, other.name);
  }
}

const taken = (what: string, owner: string): CloudflareError =>
  new CloudflareError(
    CODES.routeTaken,
    'FN_006',
    `"${what}" belongs to the Worker "${owner}" already: take it away there first.`,
    { status: 409 },
  );

async function ownersOf(
  platform: Platform,
  { by }: CloudflareCall,
  project: string,
): Promise<Map<string, FunctionRecord>> {
  const views = await listAll(platform, by, project);
  return new Map(views.flatMap(({ record }) => domainsOf(record).map((host) => [host, record] as const)));
}

/** Of all accounts that the caller may see. */
async function allRecords(platform: Platform, { by }: CloudflareCall): Promise<FunctionRecord[]> {
  const all: FunctionRecord[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await platform.listFunctions(by, { limit: pageSize.max, cursor });
    all.push(...page.items.map(({ record }) => record));
    if (page.cursor === null) return all;
    cursor = page.cursor;
  }
}

const domainJson = (record: FunctionRecord, hostname: string) => ({
  ...{ id: idOf(hostname), hostname, service: record.name, environment: 'production', enabled: true },
  ...{ zone_name: hostname, zone_id: zoneIdOf(hostname), previews_enabled: false },
});

const idOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);
