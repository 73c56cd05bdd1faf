// The step that lets a request in.
//
//   public | auth rule | lets in
//   no     | none      | a credential of the platform
//   no     | some      | either: a credential of the platform, or what the rule asks for
//   yes    | none      | everybody
//   yes    | some      | what the rule asks for, or a credential of an owner or deployer, who could change the rule
//
// A webhook's signature, where a rule asks for one, stands for what the function would want to know otherwise: its
// sender has nothing else to show. That step comes later and refuses by itself.

import { type Admission, authorize, STRANGER } from '../../auth/authorize.ts';
import { lackOf } from '../../auth/judge-identity.ts';
import type { AuthEntry } from '../../contract/rules/auth.ts';
import { PlatformError } from '../../dispatch/platform-error.ts';
import type { Visit } from '../visit.ts';
import { findIdentity, forbidden, unauthorized } from './judge-methods.ts';
import { methodsOf } from './prepare-auth.ts';
import { identityHeaders } from './tell-function.ts';

/**
 * Whose request it is, once he has been let in.
 *
 * @throws {PlatformError} FN_009 for whoever is not.
 */
export async function admit(visit: Visit): Promise<Admission> {
  const { target, request, front } = visit;
  const { entry, rules } = target;
  const authorization = request.headers.get('authorization');
  const apiKey = request.headers.get('x-api-key');
  const auth = rules?.auth;
  const open = entry.public || rules?.webhook !== undefined;
  if (!auth && open && authorization === null && apiKey === null) return STRANGER;
  // With a rule nobody is refused yet.
  const door = { public: auth !== undefined || open, project: entry.project };
  const verdict = await authorize(front.credentials, door, authorization, apiKey, Date.now);
  if (!verdict.open) throw notPublic(entry.name, verdict.presented);
  if (verdict.key !== null) visit.identity = platformIdentity(verdict.key);
  if (!auth) return verdict;
  await admitByRule(visit, auth, verdict);
  const { identity } = visit;
  if (!identity || identity.kind === 'platform') return verdict;
  return { ...verdict, visitor: `${identity.kind} ${identity.subject}` };
}

async function admitByRule(visit: Visit, auth: AuthEntry, { key, choosesVersion }: Admission): Promise<void> {
  const { entry } = visit.target;
  const methods = methodsOf(auth, { functionId: entry.id, project: entry.project }, visit.front.auth);
  for (const method of methods) method.hide(visit);
  if (key !== null && (choosesVersion || !entry.public)) {
    visit.trace.note('auth', 'let in by a credential of the platform');
    return;
  }
  const { identity, faults } = await findIdentity(methods, visit);
  visit.identity = identity;
  if (identity) {
    const lack = lackOf(identity, auth);
    if (lack !== undefined) {
      visit.trace.note('auth', `refused, as ${lack}`, { subject: identity.subject });
      throw forbidden(entry.name, lack);
    }
    const { kind, subject, roles } = identity;
    if (visit.trace.on) visit.trace.note('auth', `${kind}: let in`, { subject, roles });
    if (auth.forward) visit.requestHeaders.push(...identityHeaders(identity));
    return;
  }
  if (faults.length > 0 || auth.required || !entry.public) throw unauthorized(entry.name, methods, faults);
  visit.trace.note('auth', 'let in without a name, as the rule does not ask for one');
}

const platformIdentity = (key: string): Visit['identity'] => ({
  ...{ kind: 'platform', subject: key },
  ...{ roles: [], scopes: [], claims: {} },
});

const notPublic = (name: string, presented: boolean): PlatformError =>
  new PlatformError(
    'FN_009',
    401,
    presented
      ? `Function "${name}" is not public, and the credential does not open it.`
      : `Function "${name}" is not public: send "Authorization: Bearer <token>" or "x-api-key: <token>".`,
    { headers: { 'www-authenticate': 'Bearer' } },
  );
