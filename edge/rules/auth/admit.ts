// The step that lets a request in: a function that is not public wants a credential.

import { type Admission, authorize, STRANGER } from '../../auth/authorize.ts';
import { PlatformError } from '../../dispatch/platform-error.ts';
import type { Visit } from '../visit.ts';

/**
 * Whose request it is, once he has been let in.
 *
 * @throws {PlatformError} FN_009 for whoever is not.
 */
export async function admit({ target: { entry }, request: { headers }, front }: Visit): Promise<Admission> {
  const authorization = headers.get('authorization');
  const apiKey = headers.get('x-api-key');
  if (entry.public && authorization === null && apiKey === null) return STRANGER;
  const verdict = await authorize(front.credentials, entry, authorization, apiKey, Date.now);
  if (verdict.open) return verdict;
  throw new PlatformError(
    'FN_009',
    401,
    verdict.presented
      ? `Function "${entry.name}" is not public, and the credential does not open it.`
      : `Function "${entry.name}" is not public: send "Authorization: Bearer <token>" or "x-api-key: <token>".`,
    { headers: { 'www-authenticate': 'Bearer' } },
  );
}
