// KV, databases, buckets, queues and what else of Cloudflare's is not there in this version: a list of them is empty, and
// making one is refused in plain words. Nothing here pretends.

import type { Platform } from '../../platform/platform.ts';
import type { ApiApp } from '../operation.ts';
import { findAccount } from './account-of.ts';
import { addEndpoint, type CloudflareCall } from './add-endpoint.ts';
import { type CloudflareCode, CloudflareError, CODES } from './cloudflare-error.ts';
import { answer, answerList } from './envelope.ts';

export interface Absent {
  /** In words: "KV namespaces". */
  readonly what: string;
  /** Where they are listed, below the account. */
  readonly list: string;
  /** The empty list, where it is more than a list. */
  readonly empty?: unknown;
  /** Under which a missing one is reported. */
  readonly missing?: CloudflareCode;
  /** Prefix of everything that is done with them; the list's path unless set. */
  readonly below?: string;
}

/** The matrix of access is made of it as well. */
export const ABSENT: readonly Absent[] = [
  { what: 'KV namespaces', list: 'storage/kv/namespaces' },
  { what: 'D1 databases', list: 'd1/database' },
  { what: 'R2 buckets', list: 'r2/buckets', empty: { buckets: [] } },
  { what: 'queues', list: 'queues' },
  { what: 'workflows', list: 'workflows', missing: CODES.noWorkflow },
  { what: 'Hyperdrive configurations', list: 'hyperdrive/configs' },
  { what: 'Vectorize indexes', list: 'vectorize/v2/indexes', below: 'vectorize' },
  { what: 'Secrets Stores', list: 'secrets_store/stores' },
  { what: 'pipelines', list: 'pipelines/v1/pipelines', below: 'pipelines' },
  { what: 'mTLS certificates', list: 'mtls_certificates' },
  { what: 'Pages projects', list: 'pages/projects' },
];

const CHANGES = ['post', 'put', 'patch', 'delete'] as const;

export function addStorage(app: ApiApp, platform: Platform): void {
  for (const { what, list, empty, missing, below = list } of ABSENT) {
    const base = '/accounts/:account';
    const name = `storage.${list.replaceAll(/\W+/g, '_')}`;
    addEndpoint(app, { name, method: 'get', path: `${base}/${list}`, access: 'read' }, async (call) => {
      await findAccount(platform, call.by, call.param('account'));
      return empty === undefined ? answerList([]) : answer(empty);
    });
    addEndpoint(app, { name, method: 'get', path: `${base}/${below}/*`, access: 'read' }, async (call) => {
      await findAccount(platform, call.by, call.param('account'));
      const [name] = call.path.split('/').slice(-1);
      throw absent(what, 404, missing ?? CODES.notHere, decodeURIComponent(name ?? ''));
    });
    const refuse = async (call: CloudflareCall): Promise<Response> => {
      await findAccount(platform, call.by, call.param('account'));
      throw absent(what, 501, CODES.notHere);
    };
    for (const method of CHANGES) {
      if (method === 'post')
        addEndpoint(app, { name, method, path: `${base}/${list}`, access: 'change' }, refuse);
      addEndpoint(app, { name, method, path: `${base}/${below}/*`, access: 'change' }, refuse);
    }
  }

  addEndpoint(
    app,
    {
      name: 'storage.objects',
      method: 'get',
      path: '/accounts/:account/workers/durable_objects/namespaces',
      access: 'read',
    },
    async (call) => {
      await findAccount(platform, call.by, call.param('account'));
      return answerList([]);
    },
  );
}

const absent = (what: string, status: number, code: CloudflareCode, name?: string): CloudflareError =>
  new CloudflareError(
    code,
    status === 404 ? 'FN_001' : 'FN_006',
    `${name ? `"${name.slice(0, 100)}" is not there: there` : 'There'} are no ${what} on this platform, and none can be made: storage comes with a later version of Selvedge.`,
    { status },
  );
