// Conflicts among the rules that keep requests out.

import type { FindConflicts, RuleConflict } from './conflict.ts';
import { isWithinRanges, rangesOf } from './ip-ranges.ts';
import { shown } from './shown.ts';

/** Of networks, the first that is there twice, and what is let in and kept out at the same time. */
export const findIpConflicts: FindConflicts = ({ ip }) => {
  if (!ip) return [];
  const denied = ip.deny && rangesOf(ip.deny);
  const shadowed = ip.allow?.flatMap((network, at): RuleConflict[] =>
    denied && isWithinRanges(denied, network)
      ? [
          {
            path: ['ip', 'allow', at],
            message: `is ${shown(network)}, all of which "ip.deny" keeps out, and that wins: take it from one of the two`,
          },
        ]
      : [],
  );
  return [...repeated('allow', ip.allow), ...repeated('deny', ip.deny), ...(shadowed ?? [])];
};

function repeated(list: 'allow' | 'deny', networks: readonly string[] = []): RuleConflict[] {
  const first = new Map<string, number>();
  for (const [at, network] of networks.entries()) {
    const key = network.toLowerCase();
    const earlier = first.get(key);
    if (earlier !== undefined) {
      return [
        {
          path: ['ip', list, at],
          message: `is ${shown(network)}, as ip.${list}.${earlier} is: leave one out`,
        },
      ];
    }
    first.set(key, at);
  }
  return [];
}

export const findBotConflicts: FindConflicts = ({ bots }) => {
  const allowed = new Set(bots?.allow.map((text) => text.toLowerCase()));
  return (bots?.deny ?? []).flatMap((text, at) =>
    allowed.has(text.toLowerCase())
      ? [
          {
            path: ['bots', 'deny', at],
            message: `is ${shown(text)}, which "bots.allow" lets in: take it from one of the two`,
          },
        ]
      : [],
  );
};

const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** A page that may send something by the one rule, and may not by the other. */
export const findCrossOriginConflicts: FindConflicts = ({ cors, csrf }) => {
  if (!cors || !csrf || cors.methods.every((method) => SAFE.has(method))) return [];
  const at = cors.origins.findIndex((origin) => !csrf.origins.includes(origin));
  if (at < 0) return [];
  return [
    {
      path: ['cors', 'origins', at],
      message: `is ${shown(cors.origins[at] ?? '')}, whose pages may send ${cors.methods.filter((method) => !SAFE.has(method)).join(', ')} by "cors" and not by "csrf": name it in csrf.origins, or leave those methods out of cors.methods`,
    },
  ];
};
