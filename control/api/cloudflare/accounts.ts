// Who the token is of, and the accounts that it may use: what `wrangler whoami` shows, and what wrangler asks before
// anything else when it has not been told an account.

import { createHash } from 'node:crypto';
import { may } from '../../model/access.ts';
import type { Platform } from '../../platform/platform.ts';
import type { ApiApp } from '../operation.ts';
import { type Account, findAccount, listAccounts } from './account-of.ts';
import { addEndpoint } from './add-endpoint.ts';
import { answer, answerList } from './envelope.ts';

export function addAccounts(app: ApiApp, platform: Platform): void {
  addEndpoint(
    app,
    { name: 'verifyToken', method: 'get', path: '/user/tokens/verify', access: 'read' },
    (call) => {
      const { actor } = call.by;
      return answer({ id: idOf(actor.id), status: 'active', expires_on: actor.expiresAt ?? undefined });
    },
  );

  addEndpoint(app, { name: 'getUser', method: 'get', path: '/user', access: 'read' }, (call) => {
    const { actor } = call.by;
    return answer({
      id: idOf(actor.id),
      // There are no people here and so no addresses of theirs; .invalid is a domain that can belong to nobody.
      email: `${actor.id.replaceAll('_', '-')}@selvedge.invalid`,
      username: actor.name,
      first_name: null,
      last_name: null,
      suspended: false,
    });
  });

  addEndpoint(app, { name: 'listAccounts', method: 'get', path: '/accounts', access: 'read' }, async (call) =>
    answerList((await listAccounts(platform, call.by)).map(accountJson)),
  );

  addEndpoint(
    app,
    { name: 'getAccount', method: 'get', path: '/accounts/:account', access: 'read' },
    async (call) => answer(accountJson(await findAccount(platform, call.by, call.param('account')))),
  );

  addEndpoint(
    app,
    { name: 'listMemberships', method: 'get', path: '/memberships', access: 'read' },
    async (call) => {
      const { actor } = call.by;
      const accounts = await listAccounts(platform, call.by);
      return answerList(
        accounts.map((account) => ({
          id: idOf(`${actor.id} ${account.id}`),
          status: 'accepted',
          account: accountJson(account),
          roles: [actor.role],
          permissions: { workers: { read: true, write: may(actor.role, 'change') } },
        })),
      );
    },
  );
}

const accountJson = ({ id, project }: Account) => ({ id, name: project, type: 'standard', settings: {} });

/** Ids are 32 hex digits there. */
const idOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);
