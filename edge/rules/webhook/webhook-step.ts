// Lets a webhook in by its signature. The body is read for that, and handed on byte by byte as it came.

import { PlatformError } from '../../dispatch/platform-error.ts';
import { openRuleSecret } from '../open-rule-secret.ts';
import type { StepMaker } from '../step.ts';
import type { Visit } from '../visit.ts';
import type { Hold } from './held-bytes.ts';
import { readBody, webhookBytesMax } from './read-body.ts';
import { readSignatures } from './read-signatures.ts';
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
      const { request, env } = visit;
      // First what costs nothing: a body is not read for a stranger who has not even the headers.
      const found = readSignatures(rule, request.headers);
      if (typeof found === 'string') throw refused(visit, rule.provider, found);
      const body = await readBody(request, bytesMaxOf(visit), holdOf(visit));
      const secrets = await Promise.all(rule.secrets.map((secret) => openRuleSecret(env, secret)));
      const fault = await webhookFault(rule, secrets, found, body, Date.now());
      if (fault !== undefined) throw refused(visit, rule.provider, fault);
      visit.trace.note('webhook', 'the signature is right');
      visit.request = withBody(request, body);
      return undefined;
    };
  },
};

const bytesMaxOf = ({ target, bodyBytesMax }: Visit): number =>
  Math.min(webhookBytesMax, target.entry.requestBytesMax, bodyBytesMax ?? Infinity);

/** Released with the answer's head: until then the body may wait for an instance. */
function holdOf(visit: Visit): Hold {
  const hold = visit.front.webhooks.hold();
  visit.atAnswer.push(hold.release);
  return hold;
}

/** The same request, with a body that can be read. It ends as the one that came does. */
function withBody(request: Request, body: Uint8Array): Request {
  if (request.body === null) return request;
  const headers = new Headers(request.headers);
  headers.delete('transfer-encoding');
  headers.set('content-length', String(body.byteLength));
  return new Request(request.url, { method: request.method, headers, body, signal: request.signal });
}

function refused({ target, trace }: Visit, provider: string, fault: string): PlatformError {
  trace.note('webhook', `refused: ${fault}`);
  return new PlatformError(
    'FN_009',
    401,
    `Function "${target.entry.name}" takes webhooks of ${provider} only, and this is none that it can believe: ${fault}.`,
    { headers: { 'www-authenticate': 'Selvedge-Webhook' } },
  );
}
