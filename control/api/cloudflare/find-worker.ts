// The function that a path names: a Worker of an account is a function of a project.

import { AppError } from '../../model/errors.ts';
import { nameSchema } from '../../model/function.ts';
import type { FunctionView, Platform } from '../../platform/platform.ts';
import { type Account, findAccount } from './account-of.ts';
import type { CloudflareCall } from './add-endpoint.ts';
import { type CloudflareCode, CloudflareError, CODES } from './cloudflare-error.ts';

export interface WorkerRef {
  readonly account: Account;
  readonly idOrName: string;
  readonly project: string;
}

/** `:account` and `:script` of the path; nothing is looked up but the account. */
export async function workerRef(platform: Platform, call: CloudflareCall): Promise<WorkerRef> {
  const account = await findAccount(platform, call.by, call.param('account'));
  const name = call.param('script');
  const { success, error } = nameSchema.safeParse(name);
  if (success) return { account, idOrName: name, project: account.project };
  throw new CloudflareError(
    CODES.invalid,
    'FN_006',
    `The Worker's name "${name.slice(0, 80)}" ${error.issues[0]?.message}: set another as "name" in the configuration.`,
  );
}

/** @throws {CloudflareError} with `code`, 10007 unless the caller's tools ask for another. */
export async function findWorker(
  platform: Platform,
  call: CloudflareCall,
  code: CloudflareCode = CODES.noWorker,
): Promise<FunctionView> {
  const ref = await workerRef(platform, call);
  const view = await lookUpWorker(platform, call, ref);
  if (view) return view;
  throw new CloudflareError(
    code,
    'FN_001',
    `There is no Worker "${ref.idOrName}" in the account (project) "${ref.project}": deploy it with wrangler deploy.`,
  );
}

/** Undefined where there is none. An id is no name here, though the control API takes both. */
export async function lookUpWorker(
  platform: Platform,
  { by }: CloudflareCall,
  { idOrName, project }: WorkerRef,
): Promise<FunctionView | undefined> {
  try {
    const view = await platform.getFunction(by, { idOrName, project });
    return view.record.name === idOrName ? view : undefined;
  } catch (error) {
    if (error instanceof AppError && error.code === 'FN_001') return undefined;
    throw error;
  }
}
