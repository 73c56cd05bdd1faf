// Of the matrix of access: Cloudflare's API, as wrangler calls it. The account is `shop`, where the Worker `tool` and the
// dispatch namespaces `tenants` and `spare` are made for it.

import { createHash } from 'node:crypto';
import { ABSENT } from '../../control/api/cloudflare/storage.ts';
import type { AsOwner, Call } from './access-call.ts';
import { has } from './access-call.ts';
import { announcementOf, clientFile } from './asset-files.ts';

const BASE = '/client/v4';
const ACCOUNT = `${BASE}/accounts/{account}`;
const idOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);
const account = `${BASE}/accounts/${idOf('selvedge project shop')}`;
const scripts = `${account}/workers/scripts`;
const tool = `${scripts}/tool`;
const SCRIPT = `${ACCOUNT}/workers/scripts/{script}`;
const host = 'tool.example.com';
const routes = [{ pattern: 'example.com/tool/*' }];
const records = { origins: [{ hostname: host }] };
const secret = { name: 'TOKEN', text: 'e-f-g-h', type: 'secret_text' };

export async function workerCalls(owner: AsOwner): Promise<Record<string, Call>> {
  const tool = new Tool(owner);
  await tool.make();
  return {
    ...accountCalls(),
    ...scriptCalls(owner, tool),
    ...secretCalls(tool),
    ...(await addressCalls(owner)),
    ...versionCalls(tool),
    ...(await assetCalls(owner)),
    ...(await dispatchCalls(owner)),
    ...storageCalls(),
  };
}

/** The Worker that is called, with all that a row looks at. */
class Tool {
  readonly #owner: AsOwner;
  version = '';

  constructor(owner: AsOwner) {
    this.#owner = owner;
  }

  readonly make = async (): Promise<void> => {
    await this.#owner('PUT', tool, upload());
    await this.#owner('PUT', `${tool}/secrets`, secret);
    await this.#owner('PUT', `${tool}/routes`, routes);
    await this.#owner('PUT', `${tool}/domains/records`, records);
    const versions = JSON.parse(await this.#owner('GET', `${tool}/versions`)) as {
      result: { items: readonly { id: string }[] };
    };
    this.version = versions.result.items[0]?.id ?? '';
  };

  /** With no older versions: without its secret it is one of those again, next to which a secret is refused. */
  readonly makeAgain = async (): Promise<void> => {
    await this.#owner('DELETE', tool);
    await this.make();
  };
}

/** A Worker of one module, as wrangler sends it. */
function upload(): FormData {
  const form = new FormData();
  const metadata = {
    ...{ main_module: 'tool.mjs', compatibility_date: '2025-01-01' },
    ...{ bindings: [{ type: 'plain_text', name: 'GREETING', text: 'value-of-greeting' }] },
    keep_bindings: ['secret_text'],
  };
  const code = `export default { fetch: () => new Response('tool') };`;
  form.set('metadata', JSON.stringify(metadata));
  form.set('tool.mjs', new File([code], 'tool.mjs', { type: 'application/javascript+module' }));
  return form;
}

function accountCalls(): Record<string, Call> {
  return {
    [`GET ${BASE}/user/tokens/verify`]: { path: `${BASE}/user/tokens/verify` },
    [`GET ${BASE}/user`]: { path: `${BASE}/user` },
    [`GET ${BASE}/accounts`]: { path: `${BASE}/accounts`, shows: has('"shop"', 'empty') },
    [`GET ${BASE}/memberships`]: { path: `${BASE}/memberships`, shows: has('"shop"', 'empty') },
    [`GET ${ACCOUNT}`]: { path: account },
    [`GET ${ACCOUNT} | by its name`]: { path: `${BASE}/accounts/shop` },
  };
}

function scriptCalls(owner: AsOwner, { make }: Tool): Record<string, Call> {
  const SERVICE = `${ACCOUNT}/workers/services/{script}`;
  return {
    [`GET ${ACCOUNT}/workers/scripts`]: { path: scripts },
    [`PUT ${SCRIPT}`]: {
      path: `${scripts}/new`,
      body: upload(),
      restore: () => owner('DELETE', '/functions/new?project=shop'),
    },
    [`DELETE ${SCRIPT}`]: { path: tool, restore: make },
    [`GET ${SERVICE}`]: { path: `${account}/workers/services/tool` },
    [`DELETE ${SERVICE}`]: { path: `${account}/workers/services/tool`, restore: make },
    [`GET ${SCRIPT}/settings`]: { path: `${tool}/settings`, shows: has('value-of-greeting', 'names') },
    [`GET ${SCRIPT}/script-settings`]: { path: `${tool}/script-settings` },
    [`PATCH ${SCRIPT}/script-settings`]: { path: `${tool}/script-settings`, body: { tags: ['changed'] } },
    [`GET ${SCRIPT}/references`]: { path: `${tool}/references` },
    [`GET ${ACCOUNT}/workers/tails/by-consumer/{script}`]: {
      path: `${account}/workers/tails/by-consumer/tool`,
    },
    [`GET ${ACCOUNT}/workers/workers/{script}`]: { path: `${account}/workers/workers/tool` },
    [`GET ${ACCOUNT}/workers/subdomain`]: { path: `${account}/workers/subdomain` },
    [`GET ${SCRIPT}/subdomain`]: { path: `${tool}/subdomain` },
    [`POST ${SCRIPT}/subdomain`]: { path: `${tool}/subdomain`, body: { enabled: true } },
    [`GET ${SCRIPT}/schedules`]: { path: `${tool}/schedules` },
    [`PUT ${SCRIPT}/schedules`]: { path: `${tool}/schedules`, body: [] },
  };
}

/** Before versions are made that are not live, next to which a secret is refused. */
function secretCalls({ makeAgain }: Tool): Record<string, Call> {
  const { name, ...value } = secret;
  return {
    [`GET ${SCRIPT}/secrets`]: { path: `${tool}/secrets`, shows: (text) => shownSecret(text) },
    [`PUT ${SCRIPT}/secrets`]: { path: `${tool}/secrets`, body: secret },
    [`GET ${SCRIPT}/secrets/{secret}`]: {
      path: `${tool}/secrets/${name}`,
      shows: (text) => shownSecret(text),
    },
    [`DELETE ${SCRIPT}/secrets/{secret}`]: { path: `${tool}/secrets/${name}`, restore: makeAgain },
    [`PATCH ${SCRIPT}/secrets-bulk`]: { path: `${tool}/secrets-bulk`, body: { secrets: { [name]: value } } },
  };
}

/** What nobody may be shown, and what a list of secrets without any would hide. */
const shownSecret = (text: string): string | undefined =>
  text.includes(secret.text) ? 'VALUE' : has(`"${secret.name}"`, 'empty')(text);

/** Routes and custom domains. */
async function addressCalls(owner: AsOwner): Promise<Record<string, Call>> {
  const DOMAINS = `${ACCOUNT}/workers/domains/records`;
  const domains = `${account}/workers/domains/records`;
  const zones = JSON.parse(await owner('GET', `${BASE}/zones?name=example.com`)) as {
    result: readonly { id: string }[];
  };
  const zone = zones.result[0]?.id ?? '';
  return {
    [`GET ${BASE}/zones`]: { path: `${BASE}/zones?name=example.com` },
    [`GET ${BASE}/zones | of an account`]: {
      path: `${BASE}/zones?name=example.com&account.id=${idOf('selvedge project shop')}`,
    },
    [`GET ${BASE}/zones/{zone}/workers/routes`]: {
      path: `${BASE}/zones/${zone}/workers/routes`,
      shows: has('"tool"', 'empty'),
    },
    [`GET ${SCRIPT}/routes`]: { path: `${tool}/routes` },
    [`PUT ${SCRIPT}/routes`]: { path: `${tool}/routes`, body: routes },
    [`POST ${SCRIPT}/domains/changeset`]: { path: `${tool}/domains/changeset`, body: records.origins },
    [`PUT ${SCRIPT}/domains/records`]: { path: `${tool}/domains/records`, body: records },
    [`GET ${DOMAINS}`]: { path: domains, shows: has(host, 'empty') },
    [`GET ${DOMAINS}/{domain}`]: { path: `${domains}/${idOf(host)}` },
  };
}

function versionCalls(of: Tool): Record<string, Call> {
  const showsValues = has('value-of-greeting', 'names');
  return {
    [`GET ${SCRIPT}/versions`]: { path: `${tool}/versions`, shows: showsValues },
    [`GET ${SCRIPT}/versions/{version}`]: {
      path: () => `${tool}/versions/${of.version}`,
      shows: showsValues,
    },
    [`POST ${SCRIPT}/versions`]: { path: `${tool}/versions`, body: upload() },
    [`PATCH ${ACCOUNT}/workers/workers/{script}/versions/latest`]: {
      path: `${account}/workers/workers/tool/versions/latest`,
      body: { env: { [secret.name]: { type: 'secret_text', text: 'i-j-k-l' } } },
    },
    [`GET ${SCRIPT}/deployments`]: { path: `${tool}/deployments` },
    [`POST ${SCRIPT}/deployments`]: {
      path: `${tool}/deployments`,
      body: () => ({ strategy: 'percentage', versions: [{ version_id: of.version, percentage: 100 }] }),
    },
  };
}

/** The upload is open: the token of the session decides, and no other is one. */
async function assetCalls(owner: AsOwner): Promise<Record<string, Call>> {
  const file = await clientFile('/about.html', 'about');
  const session = `${tool}/assets-upload-session`;
  const manifest = { manifest: announcementOf([file]) };
  const { result } = JSON.parse(await owner('POST', session, manifest)) as { result: { jwt: string } };
  const form = new FormData();
  const content = file.bytes.toString('base64');
  form.set(file.hash, new File([content], file.hash, { type: 'text/html' }));
  const path = `${account}/workers/assets/upload?base64=true`;
  const other = path.replace(idOf('selvedge project shop'), idOf('selvedge project blog'));
  const UPLOAD = `POST ${ACCOUNT}/workers/assets/upload`;
  return {
    [`POST ${SCRIPT}/assets-upload-session`]: { path: session, body: manifest },
    [UPLOAD]: { path, body: form },
    [`${UPLOAD} | by its session`]: { path, body: form, token: result.jwt },
    [`${UPLOAD} | by its session, elsewhere`]: { path: other, body: form, token: result.jwt },
  };
}

async function dispatchCalls(owner: AsOwner): Promise<Record<string, Call>> {
  const LIST = `${ACCOUNT}/workers/dispatch/namespaces`;
  const list = `${account}/workers/dispatch/namespaces`;
  const one = `${list}/tenants`;
  const script = `${one}/scripts/guest`;
  const make = (name: string) => (): Promise<unknown> => owner('POST', list, { name });
  const again = (): Promise<unknown> => owner('PUT', script, upload());
  await make('tenants')();
  await make('spare')();
  await again();
  return {
    [`GET ${LIST}`]: { path: list, shows: has('"tenants"', 'empty') },
    [`POST ${LIST}`]: { path: list, body: { name: 'made' }, restore: () => owner('DELETE', `${list}/made`) },
    [`GET ${LIST}/{namespace}`]: { path: one },
    [`PUT ${LIST}/{namespace}`]: {
      path: `${list}/spare`,
      body: { name: 'renamed' },
      restore: () => owner('PUT', `${list}/renamed`, { name: 'spare' }),
    },
    [`DELETE ${LIST}/{namespace}`]: { path: `${list}/spare`, restore: make('spare') },
    [`GET ${LIST}/{namespace}/scripts/{script}`]: { path: script },
    [`PUT ${LIST}/{namespace}/scripts/{script}`]: { path: script, body: upload() },
    [`DELETE ${LIST}/{namespace}/scripts/{script}`]: { path: script, restore: again },
  };
}

/** What is not there: lists of nothing, and refusals. */
function storageCalls(): Record<string, Call> {
  const calls: Record<string, Call> = {};
  for (const { list, below = list } of ABSENT) {
    calls[`GET ${ACCOUNT}/${list}`] = { path: `${account}/${list}` };
    calls[`POST ${ACCOUNT}/${list}`] = { path: `${account}/${list}`, body: {} };
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])
      calls[`${method} ${ACCOUNT}/${below}/*`] = {
        path: `${account}/${below}/nothing`,
        ...(method === 'GET' ? { none: 'on this platform' } : { body: {} }),
      };
  }
  const objects = 'workers/durable_objects/namespaces';
  calls[`GET ${ACCOUNT}/${objects}`] = { path: `${account}/${objects}` };
  return calls;
}
