// Signs a URL of a function, for whoever is to make just this request. Fronts check it: edge/rules/auth/methods/signed-url.ts.

import { createHmac } from 'node:crypto';
import { EXPIRES_PARAMETER, SIGNATURE_PARAMETER, signedText } from '../../edge/contract/signed-url.ts';
import { AppError } from '../model/errors.ts';
import type { FunctionRecord } from '../model/function.ts';
import { methodsOfAuth } from '../model/rules/auth.ts';
import type { Rules } from '../model/rules.ts';
import type { SignUrl } from '../model/signed-url.ts';
import { type EdgeAddress, urlsOf } from './addresses.ts';
import type { SignedUrl } from './platform.ts';

/** @throws {AppError} FN_006 with status 409 for a function whose rules take no signed URLs. */
export function signUrl(
  record: FunctionRecord,
  { path, method, query, expires_in, host }: SignUrl,
  { edge, key, now }: { readonly edge: EdgeAddress; readonly key: Buffer; readonly now: number },
): SignedUrl {
  if (![record.rules, ...record.routes.map(({ rules }) => rules)].some(takesSigned)) throw takesNone(record);
  const end = Math.ceil(now / 1000) + expires_in;
  const base = host === undefined ? (urlsOf(record, edge)[0] ?? '') : `http://${host}/`;
  // As a client sends it: what has to be is encoded, and dots are gone.
  const url = new URL(path, base);
  url.search = new URLSearchParams(query).toString();
  const signature = createHmac('sha256', key)
    .update(
      signedText({
        ...{ functionId: record.id, method, host: url.hostname, path: url.pathname, query: url.search },
        expires: String(end),
      }),
    )
    .digest('base64url');
  const more = `${EXPIRES_PARAMETER}=${end}&${SIGNATURE_PARAMETER}=${signature}`;
  return {
    ...{ url: `${url.href}${url.search === '' ? '?' : '&'}${more}`, method },
    expiresAt: new Date(end * 1000).toISOString(),
  };
}

const takesSigned = (rules: Partial<Record<keyof Rules, unknown>> | undefined): boolean => {
  const auth = (rules as Rules | undefined)?.auth;
  return auth != null && methodsOfAuth(auth).some(({ type }) => type === 'signed_url');
};

const takesNone = ({ name }: FunctionRecord): AppError =>
  new AppError(
    'FN_006',
    `"${name}" takes no signed URLs, so that the signature would open nothing: set {"rules": {"auth": {"method": {"type": "signed_url"}}}} with PUT /functions/${name} first.`,
    { status: 409 },
  );
