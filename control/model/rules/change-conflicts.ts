// Conflicts among the rules that change requests and answers.

import { type PathPattern, readPathPattern } from '../../../edge/contract/path-pattern.ts';
import type { FindConflicts, RuleConflict } from './conflict.ts';
import { covers } from './cover-pattern.ts';
import { type HeaderChange, opOf } from './headers.ts';
import { shown } from './shown.ts';

/** A rewrite of what is sent elsewhere before. */
export const findPathConflicts: FindConflicts = ({ redirects, rewrite }) => {
  const sent = (redirects ?? []).map(({ from }) => readPathPattern(from) as PathPattern);
  return (rewrite ?? []).flatMap(({ path }, at): RuleConflict[] => {
    const pattern = readPathPattern(path) as PathPattern;
    const by = sent.findIndex((from) => covers(from, pattern));
    if (by < 0) return [];
    return [
      {
        path: ['rewrite', at, 'path'],
        message: `is ${shown(path)}, which redirects.${by} ("${redirects?.[by]?.from}") sends elsewhere first: leave one of the two out`,
      },
    ];
  });
};

/** One header that is set and then set again or removed under the same conditions. */
export const findHeaderConflicts: FindConflicts = (rules) => [
  ...repeatedChange('request_headers', rules.request_headers),
  ...repeatedChange('response_headers', rules.response_headers),
];

function repeatedChange(section: string, changes: readonly HeaderChange[] = []): RuleConflict[] {
  const first = new Map<string, { at: number; op: string }>();
  return changes.flatMap((change, at): RuleConflict[] => {
    const done = opOf(change);
    if (!done) return [];
    const { name, op } = done;
    const key = JSON.stringify([name.toLowerCase(), change.when ?? null]);
    const earlier = first.get(key);
    if (!earlier) {
      first.set(key, { at, op });
      return [];
    }
    // Several may be appended, and what was removed or set may be appended to.
    if (op === 'append') return [];
    return [
      {
        path: [section, at, op],
        message: `is ${shown(name)}, which ${section}.${earlier.at} has in "${earlier.op}" under the same conditions: of the two only this one would be seen, so leave one out`,
      },
    ];
  });
}

/** What `cors` says alone. */
export const findCorsHeaderConflicts: FindConflicts = ({ cors, response_headers }) =>
  cors
    ? (response_headers ?? []).flatMap((change, at): RuleConflict[] => {
        const done = opOf(change);
        if (!done?.name.toLowerCase().startsWith('access-control-')) return [];
        return [
          {
            path: ['response_headers', at, done.op],
            message: `is ${shown(done.name)}, which "cors" sets by what is asked: leave it to that`,
          },
        ];
      })
    : [];

/** Answers to those who are let in by name, kept for everybody. */
export const findSharedAnswers: FindConflicts = ({ auth, cache }) => {
  if (!auth?.required || !cache || cache.key.identity) return [];
  const cure =
    'set cache.key.identity, or leave it out and have the function say "public" of what all of them may have';
  const refuse = (key: string, message: string): RuleConflict[] => [
    { path: ['cache', key], message: `${message}: ${cure}` },
  ];
  if (cache.ignore_origin) {
    return refuse(
      'ignore_origin',
      'is true, so that what one visitor gets whom "auth" lets in is given to all others',
    );
  }
  const byRule =
    cache.ttl !== undefined ? 'ttl' : Object.keys(cache.statuses).length > 0 ? 'statuses' : undefined;
  return byRule === undefined
    ? []
    : refuse(byRule, 'is for answers that all may have, and "auth" lets visitors in each by his name');
};
