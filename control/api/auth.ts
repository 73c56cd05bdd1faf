// Who uses the control API: whoever holds the owner's token, or a key. Everything needs one of them but the paths
// listed here, so that a resource that is added later is closed until somebody opens it. What a key may do is
// decided in the next step, by the rules of `access-rules.ts`.

import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { type Actor, ANYONE, OWNER } from '../model/access.ts';
import { AppError } from '../model/errors.ts';
import type { Identity, Platform } from '../platform/platform.ts';
import type { ApiEnv } from './api-env.ts';

export type ApiAuth =
  | {
      readonly mode: 'token';
      readonly token: string;
      /** Where the owner finds the token, for the refusal: `the file .selvedge/token`. */
      readonly tokenPlace: string;
    }
  | { readonly mode: 'none' };

/** Served without a token: probes of a load balancer, and what a person reads before having one. */
export const OPEN_PATHS = ['/', '/health', '/ready', '/openapi.json', '/docs'] as const;

/** Where command lines log in: who has no token yet begins here. */
export const LOGIN_PATHS = ['/oauth2/auth', '/oauth2/token', '/oauth2/revoke'] as const;

/** As the router writes it. Functions are called here, and the edge decides who may. */
export const MOUNT_ROUTE = '/p/:project/functions/:name/*';
const MOUNT = /^\/p\/[^/]+\/functions\/[^/]+(\/|$)/;

/** Static files are sent with the token of their announcement, in place of any other. */
export const ASSETS_UPLOAD_ROUTE = '/client/v4/accounts/:account/workers/assets/upload';
const ASSETS_UPLOAD = /^\/client\/v4\/accounts\/[^/]+\/workers\/assets\/upload$/;

/** A tail's WebSocket: its id is the credential, as wrangler sends no other. */
export const TAIL_SOCKET_ROUTE = '/client/v4/tails/:tail';
export const TAIL_SOCKETS = /^\/client\/v4\/tails\/[0-9a-f]{32}$/;

const isOpen = (path: string): boolean =>
  [...OPEN_PATHS, ...LOGIN_PATHS].some((open) => open === path) ||
  MOUNT.test(path) ||
  ASSETS_UPLOAD.test(path) ||
  TAIL_SOCKETS.test(path);

/** Of a route as the router writes it. */
export const isOpenRoute = (route: string): boolean =>
  [...OPEN_PATHS, ...LOGIN_PATHS, MOUNT_ROUTE, ASSETS_UPLOAD_ROUTE, TAIL_SOCKET_ROUTE].some(
    (open) => open === route,
  );

export function authenticate(auth: ApiAuth, platform: Pick<Platform, 'identify'>): MiddlewareHandler<ApiEnv> {
  if (auth.mode === 'none') return refuseOtherSites;
  const { tokenPlace } = auth;
  return async (c, next) => {
    if (!isOpen(c.req.path)) {
      const [scheme, token] = splitCredential(c.req.header('authorization'), tokenPlace);
      if (scheme.toLowerCase() !== 'bearer') {
        throw unauthorized(
          `The Authorization header has the scheme "${scheme.slice(0, 80)}": it must be "Bearer <token>".`,
        );
      }
      const identity = identifyToken(auth, platform, token);
      if (!identity) throw unauthorized(ofNobody(tokenPlace));
      // Also that of a key which has expired, so that the audit log can name it.
      c.set('actor', identity.actor);
      if (identity.expired) throw unauthorized(isOver(identity.actor));
    }
    await next();
  };
}

/** Undefined for a token of nobody. */
export function identifyToken(
  auth: Extract<ApiAuth, { mode: 'token' }>,
  platform: Pick<Platform, 'identify'>,
  token: string,
): Identity | undefined {
  // Hashes have one length, so that the comparison takes the same time whatever was sent.
  const isOwner = timingSafeEqual(sha256(token), sha256(auth.token));
  return isOwner ? { actor: OWNER, expired: false } : platform.identify(token);
}

const ofNobody = (tokenPlace: string): string =>
  `The token is neither the owner's, which is in ${tokenPlace}, nor that of a key: if it was one, it has been revoked.`;

const isOver = ({ name, expiresAt }: Actor): string =>
  `The key "${name}" expired at ${expiresAt}: have an owner make another.`;

function splitCredential(header: string | undefined, tokenPlace: string): [string, string] {
  if (header === undefined || header.trim() === '') {
    throw unauthorized(
      `A token is needed: send the header "Authorization: Bearer <token>". The owner's is in ${tokenPlace}; an owner can make others with POST /keys.`,
    );
  }
  const [scheme = '', ...rest] = header.trim().split(/ +/);
  return [scheme, rest.join(' ')];
}

const unauthorized = (message: string): AppError => new AppError('FN_009', message, { status: 401 });

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

// Without a token the only thing between a web page that the owner happens to visit and the platform is the
// browser. So a page of any other origin is refused, including functions on their own hosts, and so is a
// name that was made to point at loopback (DNS rebinding).
const refuseOtherSites: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const url = new URL(c.req.url);
  const host = c.req.header('host') ?? url.host;
  for (const name of [url.hostname, hostnameOf(host)]) {
    if (!isLoopbackName(name)) {
      throw new AppError(
        'FN_009',
        `The Host is "${host.slice(0, 80)}": without a token (SELVEDGE_AUTH=none) control answers only as localhost, 127.0.0.1 or [::1].`,
      );
    }
  }
  const origin = c.req.header('origin');
  if (origin !== undefined && hostOf(origin) !== url.host) {
    throw new AppError(
      'FN_009',
      `The Origin is "${origin.slice(0, 80)}": without a token (SELVEDGE_AUTH=none) control takes requests of its own pages only, not of other sites.`,
    );
  }
  c.set('actor', ANYONE);
  await next();
};

/** Undefined for what is no URL, `null` among them: the origin of sandboxed pages and local files. */
const hostOf = (origin: string): string | undefined =>
  URL.canParse(origin) ? new URL(origin).host : undefined;

const hostnameOf = (host: string): string =>
  URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : host;

const isLoopbackName = (name: string): boolean =>
  name === 'localhost' || name === '[::1]' || /^127(\.\d{1,3}){3}$/.test(name);
