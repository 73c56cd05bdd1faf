// A header's value from its parts and the request.

import type { Captures } from '../../contract/path-pattern.ts';
import type { ValuePart, ValueSource } from '../../contract/rules/headers.ts';
import { splitUrl } from '../../route/split-url.ts';
import type { Visit } from '../visit.ts';

const SOURCES: Readonly<Record<ValueSource, (visit: Visit) => string | number | null | undefined>> = {
  'client.ip': ({ client }) => client.ip,
  'client.country': ({ client }) => client.geo?.country,
  'client.continent': ({ client }) => client.geo?.continent,
  'client.region': ({ client }) => client.geo?.regionCode,
  'client.city': ({ client }) => client.geo?.city,
  'client.asn': ({ client }) => client.geo?.asn,
  'client.scheme': ({ client }) => client.scheme,
  'identity.subject': ({ identity }) => identity?.subject,
  'request.id': ({ requestId }) => requestId,
  'request.host': ({ request }) => request.headers.get('host'),
  'request.path': ({ url }) => splitUrl(url).path,
  'request.method': ({ request }) => request.method,
};

/** What is filled in is what somebody sent: nothing of it ends a line. Beyond ASCII it is encoded as in a URL. */
export function fillValue(parts: readonly ValuePart[], visit: Visit, captures: Captures): string {
  return parts
    .map((part) => {
      if (typeof part === 'string') return part;
      const given = 'from' in part ? SOURCES[part.from](visit) : captures[part.capture];
      return given === null || given === undefined ? '' : plain(String(given));
    })
    .join('');
}

const plain = (text: string): string =>
  text.replace(/[^ -~]/gu, (character) =>
    encodeURIComponent(character.isWellFormed() ? character : '\ufffd'),
  );
