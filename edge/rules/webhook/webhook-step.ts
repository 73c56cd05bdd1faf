// Lets a webhook in by its signature. The body is read for that, and handed on byte by byte as it came.

import { PlatformError } from '../../dispatch/platform-error.ts';
import { openRuleSecret } from '../open-rule-secret.ts';
import type { StepMaker } from '../step.ts';
import type { Visit } from '../visit.ts';
import { readBody, webhookBytesMax } from './read-body.ts';
import { webhookFault } from './verify-webhook.ts';

export const webhook: StepMaker = {
  name: 'webhook',
  prepare({ webhook: rule }) {
    if (!rule) return undefined;
    return async (visit) => {
      // Whoever may call the function as its owner does may do so without a signature, to try it.
      if (visit.admission.choosesVersion) {
        visit.trace.note('webhook', 'not looked at, as a credential of the platform is there');
        return undefined;
      }
      if (visit.dry) {
        visit.trace.note('webhook', `a signature of ${rule.provider} is asked for`);
        return undefined;
      }
      const { request, target, env } = visit;
      const body = await readBody(request, Math.min(webhookBytesMax, target.entry.requestBytesMax));
      const secrets = await Promise.all(rule.secrets.map((secret) => openRuleSecret(env, secret)));
      const fault = await webhookFault(rule, secrets, request.headers, body, Date.now());
      visit.trace.note('webhook', fault === undefined ? 'the signature is right' : `refused: ${fault}`);
      if (fault !== undefined) throw refused(visit, rule.provider, fault);
      visit.request = withBody(request, body);
      return undefined;
    };
  },
};

/** The same request, with a body that can be read. It ends as the one that came does. */
function withBody(request: Request, body: Uint8Array): Request {
  if (request.body === null) return request;
  const headers = new Headers(request.headers);
  headers.delete('transfer-encoding');
  headers.set('content-length', String(body.byteLength));
  return new Request(request.url, { method: request.method, headers, body, signal: request.signal });
}

const refused = ({ target }: Visit, provider: string, fault: string): PlatformError =>
  new PlatformError(
    'FN_009',
    401,
    `Function "${target.entry.name}" takes webhooks of ${provider} only, and this is none that it can believe: ${fault}.`,
    { headers: { 'www-authenticate': 'Selvedge-Webhook' } },
  );
