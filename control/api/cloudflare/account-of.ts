// A project is an account: its functions are the account's Workers. The id is made of the project's name, so that it
// is the same on every installation, and nothing has to be stored for it.

import { createHash } from 'node:crypto';
import { type Caller, inScope } from '../../model/access.ts';
import { nameSchema } from '../../model/function.ts';
import { pageSize } from '../../model/limits.ts';
import type { Platform } from '../../platform/platform.ts';
import { CloudflareError, CODES } from './cloudflare-error.ts';

export interface Account {
  /** 32 hex digits. */
  readonly id: string;
  readonly project: string;
}

/** The first 32 hex digits of SHA-256("selvedge project " + name). */
export const accountIdOf = (project: string): string =>
  createHash('sha256').update(`selvedge project ${project}`).digest('hex').slice(0, 32);

export const accountOf = (project: string): Account => ({ id: accountIdOf(project), project });

/** Where somebody without a project begins. */
const DEFAULT = 'default';

/** The projects that the caller may see, `default` among them if it is theirs, be it still empty. By name. */
export async function listAccounts(platform: Platform, by: Caller): Promise<Account[]> {
  const { projects } = by.actor;
  const names = new Set(projects ?? [DEFAULT]);
  if (projects === null) {
    for (let cursor: string | undefined; ; ) {
      const page = await platform.listProjects(by, { limit: pageSize.max, cursor });
      for (const { record } of page.items) names.add(record.name);
      if (page.cursor === null) break;
      cursor = page.cursor;
    }
  }
  return [...names].sort().map(accountOf);
}

/**
 * The project behind an account's id. The project's own name is taken as well: a project that does not exist yet is
 * in no list, and an id cannot be turned back into a name.
 */
export async function findAccount(platform: Platform, by: Caller, text: string): Promise<Account> {
  const { projects } = by.actor;
  const near = (projects ?? [DEFAULT]).find((name) => accountIdOf(name) === text);
  if (near !== undefined) return accountOf(near);
  const isId = /^[0-9a-f]{32}$/.test(text);
  if (!isId && nameSchema.safeParse(text).success && inScope(projects, text)) return accountOf(text);
  const found = isId && projects === null ? await listAccounts(platform, by) : [];
  const account = found.find(({ id }) => id === text);
  if (account) return account;
  throw new CloudflareError(
    CODES.noAccount,
    'FN_001',
    `There is no account "${text.slice(0, 80)}" that this token may use: an account is a project, and GET /client/v4/accounts lists the ids. A project that is new is named by its name, as in CLOUDFLARE_ACCOUNT_ID=shop.`,
  );
}
