// The ways of one set of rules to say who one is, made once of what the table says.

import type { AuthEntry, AuthMethod } from '../../contract/rules/auth.ts';
import type { RuleScope } from '../step.ts';
import type { AuthState } from './auth-state.ts';
import type { Method } from './method.ts';
import { apiKeyMethod } from './methods/api-key.ts';
import { basicMethod } from './methods/basic.ts';
import { jwtMethod } from './methods/jwt.ts';
import { mtlsMethod } from './methods/mtls.ts';
import { signedUrlMethod } from './methods/signed-url.ts';

const prepared = new WeakMap<AuthEntry, readonly Method[]>();

export function methodsOf(auth: AuthEntry, scope: RuleScope, state: AuthState): readonly Method[] {
  const known = prepared.get(auth);
  if (known) return known;
  const methods = auth.methods.map((method) => make(method, scope, state));
  prepared.set(auth, methods);
  return methods;
}

function make(method: AuthMethod, scope: RuleScope, state: AuthState): Method {
  switch (method.type) {
    case 'api_key':
      return apiKeyMethod(method, scope);
    case 'jwt':
      return jwtMethod(method, scope, state);
    case 'basic':
      return basicMethod(method);
    case 'signed_url':
      return signedUrlMethod(scope);
    case 'mtls':
      return mtlsMethod(method);
  }
}
