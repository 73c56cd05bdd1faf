// Of the matrix of access: schedules, static files, and logging in. What the calls need is made here, in `shop`.

import { createHash } from 'node:crypto';
import type { AsOwner, Call } from './access-call.ts';
import { has } from './access-call.ts';
import { announcementOf, clientFile } from './asset-files.ts';

const at = '?project=shop';
const cron = '0 0 1 1 *';

/** `clock` has a schedule, and a handler for it. */
export async function scheduleCalls(owner: AsOwner): Promise<Record<string, Call>> {
  const code = `export default { fetch: () => new Response('clock'), scheduled() {} };`;
  await owner('POST', '/functions', { name: 'clock', project: 'shop', code, crons: [cron] });
  return {
    'GET /schedules': { path: '/schedules', shows: has('"clock"', 'empty') },
    'GET /functions/{id}/schedules': { path: `/functions/clock/schedules${at}` },
    'POST /functions/{id}/schedules/run': { path: `/functions/clock/schedules/run${at}`, body: { cron } },
  };
}

/** `choosy` has an experiment. What a reset takes away nobody misses. */
export async function experimentCalls(owner: AsOwner): Promise<Record<string, Call>> {
  const code = `export default { fetch: () => new Response('choosy') };`;
  const experiments = [{ name: 'buttons', variants: [{ name: 'blue' }, { name: 'green' }] }];
  await owner('POST', '/functions', { name: 'choosy', project: 'shop', code, rules: { experiments } });
  return {
    'GET /experiments': { path: '/experiments', shows: has('"buttons"', 'empty') },
    'GET /experiments/{name}': { path: `/experiments/buttons${at}` },
    'POST /experiments/{name}/preview': {
      path: `/experiments/buttons/preview${at}`,
      body: { variant: 'green' },
    },
    'POST /experiments/{name}/events': { path: `/experiments/buttons/events${at}`, body: { visitor: 'ann' } },
    'DELETE /experiments/{name}': { path: `/experiments/buttons${at}` },
  };
}

/** The token is of an announcement of the owner's, so that only the key of whoever sends the file is looked at. */
export async function uploadCalls(owner: AsOwner): Promise<Record<string, Call>> {
  const file = await clientFile('/index.html', 'welcome');
  const files = announcementOf([file]);
  const announced = await owner('POST', `/functions/cart/assets${at}`, { files });
  const { token } = JSON.parse(announced) as { token: string };
  return {
    'POST /functions/{id}/assets': { path: `/functions/cart/assets${at}`, body: { files } },
    'PUT /functions/{id}/assets/{hash}': {
      path: `/functions/cart/assets/${file.hash}${at}`,
      body: file.bytes,
      headers: { 'content-type': 'text/html', 'upload-token': token },
    },
  };
}

const berlin = { latitude: 52.52, longitude: 13.4 };

/** There is a region `paris` besides this machine; nobody listens there. */
export async function regionCalls(owner: AsOwner): Promise<Record<string, Call>> {
  const paris = { name: 'paris', latitude: 48.86, longitude: 2.35, endpoint: 'http://127.0.0.1:9' };
  await owner('POST', '/regions', paris);
  const lyon = { ...paris, name: 'lyon' };
  return {
    'GET /regions': { path: '/regions' },
    'GET /regions/{name}': { path: '/regions/paris' },
    'POST /regions': {
      path: '/regions',
      body: lyon,
      restore: () => owner('DELETE', '/regions/lyon'),
    },
    'PUT /regions/{name}': { path: '/regions/paris', body: berlin },
    'DELETE /regions/{name}': {
      path: '/regions/paris',
      restore: () => owner('POST', '/regions', paris),
    },
  };
}

/** Open to everybody, as who logs in has no token yet: the form's own decides, which is that of the column. */
export function loginCalls(): Record<string, Call> {
  const redirect = 'http://localhost:8976/oauth/callback';
  const question = {
    ...{ response_type: 'code', client_id: 'a-client', redirect_uri: redirect, state: 'a-state-of-theirs' },
    ...{
      code_challenge: createHash('sha256').update('v').digest('base64url'),
      code_challenge_method: 'S256',
    },
  };
  const form = (token: string | undefined): URLSearchParams =>
    new URLSearchParams({ ...question, ...(token !== undefined && { token }) });
  return {
    'GET /oauth2/auth': { path: `/oauth2/auth?${new URLSearchParams(question)}` },
    'POST /oauth2/auth': { path: '/oauth2/auth', body: form },
    'POST /oauth2/token | no such code': {
      path: '/oauth2/token',
      body: new URLSearchParams({
        ...{ grant_type: 'authorization_code', code: 'nothing', client_id: 'a-client' },
        ...{ redirect_uri: redirect, code_verifier: 'v'.repeat(43) },
      }),
    },
    'POST /oauth2/revoke | no such token': {
      path: '/oauth2/revoke',
      body: new URLSearchParams({ token: 'nothing' }),
    },
  };
}

/** What is kept of `cart` is told to whoever may see it, and forgotten for whoever may change it. */
export function cacheCalls(): Record<string, Call> {
  return {
    'GET /cache': { path: '/cache' },
    'POST /cache/purge': { path: '/cache/purge', body: { project: 'shop', everything: true } },
  };
}

/** Keys of visitors of `shop`, and signed URLs of a function whose rules take them. */
export async function visitorCalls(owner: AsOwner): Promise<Record<string, Call>> {
  const code = `export default { fetch: () => new Response('signed') };`;
  const rules = { auth: { method: { type: 'signed_url' } } };
  await owner('POST', '/functions', { name: 'signed', project: 'shop', code, rules });
  const make = async (): Promise<string> =>
    (JSON.parse(await owner('POST', '/api-keys', { name: 'visitor', project: 'shop' })) as { id: string }).id;
  let id = await make();
  return {
    'GET /api-keys': { path: '/api-keys', shows: has('"visitor"', 'empty') },
    'POST /api-keys': {
      path: '/api-keys',
      body: { name: 'new', project: 'shop' },
      restore: (answer) => owner('DELETE', `/api-keys/${(JSON.parse(answer) as { id: string }).id}`),
    },
    'DELETE /api-keys/{id}': {
      path: () => `/api-keys/${id}`,
      restore: async () => {
        id = await make();
      },
    },
    'POST /functions/{id}/signed-urls': { path: `/functions/signed/signed-urls${at}`, body: { path: '/' } },
  };
}
