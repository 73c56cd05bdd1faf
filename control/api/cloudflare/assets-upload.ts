// How wrangler uploads static files: it announces all of a Worker's, is told which are missing, sends those, and gets the
// token that the Worker's upload then names. The second call has that token in place of the caller's own, so nothing
// else is asked for there.

import type { Context } from 'hono';
import { decodeJwt } from 'jose';
import { z } from 'zod';
import { AppError } from '../../model/errors.ts';
import { nameSchema } from '../../model/function.ts';
import type { Platform } from '../../platform/platform.ts';
import type { ApiEnv } from '../api-env.ts';
import { ASSETS_UPLOAD_ROUTE } from '../auth.ts';
import type { ApiApp } from '../operation.ts';
import { uploadBody } from '../upload-body.ts';
import { accountIdOf, findAccount } from './account-of.ts';
import { addEndpoint, BASE } from './add-endpoint.ts';
import { answer } from './envelope.ts';
import { readAssetParts } from './read-asset-parts.ts';

const announcementSchema = z.object({ manifest: z.record(z.string(), z.unknown()) });

export function addAssetsUpload(app: ApiApp, platform: Platform): void {
  addEndpoint(
    app,
    {
      ...{ name: 'announceAssets', method: 'post', access: 'change' },
      path: '/accounts/:account/workers/scripts/:script/assets-upload-session',
    },
    async (call) => {
      const { project } = await findAccount(platform, call.by, call.param('account'));
      const name = nameSchema.safeParse(call.param('script'));
      if (!name.success)
        throw new AppError(
          'FN_006',
          `The Worker's name ${JSON.stringify(call.param('script').slice(0, 80))} ${name.error.issues[0]?.message}.`,
        );
      const { manifest } = call.json(announcementSchema);
      const of = { project, function: name.data };
      const { token, buckets } = await platform.announceAssets(call.by, of, manifest);
      return answer({ jwt: token, buckets });
    },
  );

  addEndpoint(
    app,
    { name: 'uploadAssets', method: 'post', access: 'open', path: ASSETS_UPLOAD_ROUTE.slice(BASE.length) },
    async (call, c) => {
      const token = tokenOf(c);
      requireAccount(token, call.param('account'));
      if (call.query.get('base64') !== 'true')
        throw new AppError(
          'FN_006',
          'The files are taken in base64 only: add ?base64=true and send them so.',
        );
      const files = readAssetParts(uploadBody(c), call.header('content-type'));
      const received = await platform.receiveAssets(token, files, null);
      if (received.token === null) return answer({}, undefined, 202);
      return answer({ jwt: received.token }, undefined, 201);
    },
  );
}

function tokenOf(c: Context<ApiEnv>): string {
  const found = /^bearer +(\S+)$/i.exec(c.req.header('authorization')?.trim() ?? '');
  if (found?.[1] !== undefined) return found[1];
  throw new AppError(
    'FN_009',
    'A token is needed: the "jwt" of the answer to assets-upload-session, as "Authorization: Bearer <jwt>".',
    { status: 401 },
  );
}

/** Only what it says: whether it was signed here is looked at when it is used. */
function requireAccount(token: string, account: string): void {
  let project: unknown;
  try {
    project = decodeJwt(token).project;
  } catch {
    return; // No token at all, which is refused as such.
  }
  if (typeof project !== 'string' || account === accountIdOf(project) || account === project) return;
  throw new AppError(
    'FN_009',
    `The token is for an upload to another account than "${account.slice(0, 80)}": use the one that it was made in.`,
  );
}
