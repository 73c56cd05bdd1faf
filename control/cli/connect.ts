// Which platform a command speaks to, and with which token. The first that says so wins:
//
//   url    --url, SELVEDGE_URL, `selvedge login`, http://127.0.0.1:9000
//   token  SELVEDGE_TOKEN, `selvedge login` for this very url, .selvedge/token here or in a folder above
//
// A token is never sent to an address that it was not given for: that of `login` goes only to the url of that
// login, and that of a data directory only to this machine.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Client, createClient } from '../client/client.ts';
import { readCredentials } from './credentials.ts';
import type { World } from './world.ts';

const URL_DEFAULT = 'http://127.0.0.1:9000';
/** A person waits: the client's own default takes several seconds to say that nobody listens. */
const retries = 2;

export interface Target {
  readonly url: string;
  readonly token: string | undefined;
  /** For messages: where the token came from. */
  readonly tokenFrom: string;
}

export function findTarget(world: World, givenUrl: string | undefined): Target {
  const { env } = world;
  const login = readCredentials(env);
  const url = (givenUrl ?? env.SELVEDGE_URL ?? login?.url ?? URL_DEFAULT).replace(/\/+$/, '');
  if (env.SELVEDGE_TOKEN) return { url, token: env.SELVEDGE_TOKEN, tokenFrom: 'SELVEDGE_TOKEN' };
  if (login && login.url === url) return { url, token: login.token, tokenFrom: '`selvedge login`' };
  const file = isThisMachine(url) ? findTokenFile(world.cwd) : undefined;
  if (file !== undefined) return { url, token: readFileSync(file, 'utf8').trim(), tokenFrom: file };
  return { url, token: undefined, tokenFrom: 'nowhere' };
}

/** `env` is the environment of functions that are named. */
export function connect(
  target: Target,
  { project, env }: { readonly project?: string | undefined; readonly env?: string | undefined } = {},
): Client {
  return createClient({ url: target.url, token: target.token, project, environment: env, retries });
}

export function isThisMachine(url: string): boolean {
  const host = URL.canParse(url) ? new URL(url).hostname : '';
  return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** As git looks for its folder. */
function findTokenFile(from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const file = join(folder, '.selvedge/token');
    if (existsSync(file)) return file;
    if (folder === dirname(folder)) return undefined;
  }
}
