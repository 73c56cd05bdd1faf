// What a visitor is known by to experiments: his cookie, who he is logged in as, his address, or a header.

import { VISITOR_COOKIE } from '../../contract/names.ts';
import type { KnownBy } from '../../contract/rules/experiments.ts';
import { newVisitorKey, readVisitor } from '../../traffic/visitor-cookie.ts';
import type { Visit } from '../visit.ts';

/** Null when nothing tells. Who has no cookie is not given one here. */
export function knownKey(visit: Visit, by: KnownBy): string | null {
  switch (by.kind) {
    case 'visitor':
      return readVisitor(visit.request.headers.get('cookie'), VISITOR_COOKIE)?.key ?? visit.newVisitor;
    case 'user':
      return visit.identity?.subject || null;
    case 'ip':
      return visit.client.ip;
    case 'header':
      return visit.request.headers.get(by.name) || null;
  }
}

/** Who has no cookie gets one with the answer, as an experiment applies to him. */
export function keyForExperiment(visit: Visit, by: KnownBy): string | null {
  const known = knownKey(visit, by);
  if (known !== null || by.kind !== 'visitor') return known;
  visit.newVisitor = newVisitorKey();
  return visit.newVisitor;
}
