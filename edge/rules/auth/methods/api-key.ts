// A key that the function's owner has made for a visitor; see control/platform/api-keys.ts. It may open more than this
// function, so that no function sees it.

import { API_KEY_FORM, type ApiKey } from '../../../auth/api-keys.ts';
import { type FoundToken, readTokens, withoutParameters } from '../../../auth/read-token.ts';
import type { ApiKeyMethod, TokenPlace } from '../../../contract/rules/auth.ts';
import { splitUrl } from '../../../route/split-url.ts';
import type { RuleScope } from '../../step.ts';
import type { Visit } from '../../visit.ts';
import { bad, type Finding, type Method, NOTHING } from '../method.ts';

export function apiKeyMethod({ places }: ApiKeyMethod, scope: RuleScope): Method {
  return { type: 'api_key', challenge: 'Bearer', find, hide };

  async function find(visit: Visit): Promise<Finding> {
    let finding = NOTHING;
    for (const { token } of presented(visit)) {
      finding = judge(visit, await visit.front.apiKeys.find(token), Date.now());
      if (finding.found === 'good') return finding;
    }
    return finding;
  }

  function judge(visit: Visit, key: ApiKey | undefined, now: number): Finding {
    // Whether it is another function's is nobody's business who does not know.
    if (!key || !opens(key)) return bad('the API key opens nothing here');
    if (key.expiresAt !== null && now >= key.expiresAt) return bad('the API key has expired');
    if (!visit.dry) visit.front.apiKeys.use(key, now);
    return {
      found: 'good',
      identity: { kind: 'api_key', subject: key.id, roles: [], scopes: key.scopes, claims: {} },
    };
  }

  function opens({ project, function: only }: ApiKey): boolean {
    return project === scope.project && (only === null || only === scope.functionId);
  }

  /** With `Bearer` it is only what looks like a key: other tokens are other methods'. */
  function presented({ request }: Visit): FoundToken[] {
    const source = { headers: request.headers, query: splitUrl(request.url).query };
    return readTokens(places, source).filter(
      ({ place, token }) => !isBearer(place) || API_KEY_FORM.test(token),
    );
  }

  function hide(visit: Visit): void {
    for (const { place } of presented(visit)) {
      if (place.in === 'header') visit.requestHeaders.push({ op: 'remove', name: place.name });
      if (place.in === 'query') visit.url = withoutParameters(visit.url, [place.name]);
    }
  }
}

const isBearer = (place: TokenPlace): boolean => place.in === 'header' && place.bearer;
