// Logging in, for `wrangler login`: OAuth 2.0 with PKCE (RFC 6749, 7636), as far as a command line on the person's own
// machine needs it. A page asks for a token, and hands the command line a code that is good for a key.
//
// Tokens are asked for by this page and by nothing else: it loads nothing, runs no script, cannot be framed, and hands the
// code to a program on the same machine only. Who starts it, and knows the verifier, is told by the code challenge.

import type { Context } from 'hono';
import { z } from 'zod';
import { type Actor, ANYONE } from '../../model/access.ts';
import { AppError } from '../../model/errors.ts';
import type { Platform } from '../../platform/platform.ts';
import type { ApiEnv } from '../api-env.ts';
import { type ApiAuth, identifyToken, LOGIN_PATHS } from '../auth.ts';
import { type ApiApp, addressOf } from '../operation.ts';
import { loginPage } from './login-page.ts';

const [AUTHORIZE, TOKEN, REVOKE] = LOGIN_PATHS;

const redirectSchema = z
  .string()
  .max(200)
  .regex(
    /^http:\/\/(localhost|127\.0\.0\.1|\[::1\]):\d{1,5}\/oauth\/callback$/,
    'must be http://localhost:<port>/oauth/callback, on the machine of the command line',
  );
const clientSchema = z.string().regex(/^[\x21-\x7e]{1,100}$/, 'must be 1 to 100 printable characters');
const verifierSchema = z.string().regex(/^[A-Za-z0-9._~-]{43,128}$/, 'must be 43 to 128 characters');

const startSchema = z.object({
  response_type: z.literal('code', 'must be "code"'),
  client_id: clientSchema,
  redirect_uri: redirectSchema,
  state: z.string().regex(/^[\x20-\x7e]{8,512}$/, 'must be 8 to 512 printable characters'),
  code_challenge: z
    .string()
    .regex(/^[A-Za-z0-9_-]{43}$/, 'must be the SHA-256 of the verifier, as base64url'),
  code_challenge_method: z.literal('S256', 'must be "S256"'),
});
export type LoginQuestion = z.infer<typeof startSchema>;

const codeGrant = z.object({
  grant_type: z.literal('authorization_code'),
  code: z.string().max(200),
  redirect_uri: redirectSchema,
  client_id: clientSchema,
  code_verifier: verifierSchema,
});
const refreshGrant = z.object({
  grant_type: z.literal('refresh_token'),
  refresh_token: z.string().max(4000),
  client_id: clientSchema,
});

export function addOAuth(app: ApiApp, platform: Platform, auth: ApiAuth): void {
  for (const [method, path, operation] of [
    ['get', AUTHORIZE, 'askForLogin'],
    ['post', AUTHORIZE, 'logIn'],
    ['post', TOKEN, 'exchangeLogin'],
    ['post', REVOKE, 'logOut'],
  ] as const)
    app.rules.add(method, path, { operation, access: 'open' });

  app.get(AUTHORIZE, (c) => {
    const read = startSchema.safeParse(Object.fromEntries(new URL(c.req.url).searchParams));
    return read.success
      ? loginPage({ question: read.data, auth: auth.mode })
      : loginPage({ fault: faultOf(read.error) });
  });

  app.post(AUTHORIZE, (c) => {
    refuseOtherOrigins(c);
    const form = formOf(c);
    const read = startSchema.safeParse(form);
    if (!read.success) return loginPage({ fault: faultOf(read.error) });
    const question = read.data;
    const actor = actorOf(auth, platform, form.token ?? '');
    if (!actor) return loginPage({ question, auth: auth.mode, wrong: true });
    const { client_id: clientId, redirect_uri: redirectUri, code_challenge: challenge, state } = question;
    const target = new URL(redirectUri);
    target.searchParams.set('code', platform.startLogin(actor, { clientId, redirectUri, challenge }));
    target.searchParams.set('state', state);
    return new Response(null, { status: 303, headers: { location: target.href } });
  });

  app.post(TOKEN, async (c) => {
    const read = z.discriminatedUnion('grant_type', [codeGrant, refreshGrant]).safeParse(formOf(c));
    if (!read.success) return oauthError('invalid_request', faultOf(read.error));
    const from = fromOf(c);
    const grant = read.data;
    try {
      const tokens =
        grant.grant_type === 'refresh_token'
          ? await platform.refreshLogin(from, grant.refresh_token, grant.client_id)
          : await platform.finishLogin(from, {
              ...{ code: grant.code, clientId: grant.client_id, redirectUri: grant.redirect_uri },
              verifier: grant.code_verifier,
            });
      return Response.json({
        ...{ access_token: tokens.accessToken, token_type: 'bearer', expires_in: tokens.expiresInSeconds },
        ...{ refresh_token: tokens.refreshToken, scope: 'offline_access' },
      });
    } catch (error) {
      if (error instanceof AppError && error.code === 'FN_009')
        return oauthError('invalid_grant', error.message);
      throw error;
    }
  });

  app.post(REVOKE, async (c) => {
    await platform.endLogin(fromOf(c), formOf(c).token ?? '');
    return Response.json({});
  });
}

function actorOf(auth: ApiAuth, platform: Platform, token: string): Actor | undefined {
  if (auth.mode === 'none') return ANYONE;
  const identity = identifyToken(auth, platform, token.trim());
  return identity && !identity.expired ? identity.actor : undefined;
}

/** Of a form that a page of somebody else has sent, nobody knows who meant it. */
function refuseOtherOrigins(c: Context<ApiEnv>): void {
  const origin = c.req.header('origin');
  if (origin === undefined || origin === 'null' || origin === new URL(c.req.url).origin) return;
  throw new AppError(
    'FN_009',
    `The Origin is "${origin.slice(0, 80)}": open the login page itself and send its form.`,
  );
}

function formOf(c: Context<ApiEnv>): Record<string, string | undefined> {
  return Object.fromEntries(new URLSearchParams(new TextDecoder().decode(c.get('bodyBytes'))));
}

const fromOf = (c: Context<ApiEnv>) => ({ requestId: c.get('requestId'), address: addressOf(c) });

/** Names of parameters and rules; values may be secrets. */
const faultOf = ({ issues }: z.ZodError): string =>
  issues.map(({ path, message }) => `${path.join('.') || 'grant_type'}: ${message}`).join('; ');

const oauthError = (error: string, description: string): Response =>
  Response.json({ error, error_description: description }, { status: 400 });
