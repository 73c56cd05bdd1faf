// From a function.config.ts to settings, and to what the platform cannot honour yet. Pure.
//
// Whether something is a warning or a refusal: a function that answers requests as it should, and only lacks
// a further trigger, is deployed with a warning. One that nothing would ever call, or that counts on a
// private network, would look deployed and not be what its author wrote: that is refused.

import type { Route } from '../../model/function.ts';
import type { CheckedFunctionConfig, Trigger } from '../../model/function-config.ts';
import type { FolderConfig, Settings } from './folder-config.ts';
import { splitEnvironment } from './secret-references.ts';

export function judgeFunctionConfig(file: string, config: CheckedFunctionConfig): FolderConfig {
  const { name, triggers = [], vpc, environment, routes = [], crons = [], ...rest } = config;
  const { plain, secret } = splitEnvironment(environment ?? {});
  const httpRoutes = triggers.flatMap(routeOf);
  const schedules = triggers.flatMap((trigger) => (trigger.type === 'schedule' ? [trigger] : []));
  const settings: Settings = {
    ...rest,
    ...(environment && { environment: plain }),
    ...((config.routes || config.triggers) && { routes: [...routes, ...httpRoutes] }),
    ...((config.crons || schedules.length > 0) && {
      crons: [...new Set([...crons, ...schedules.map(({ cron }) => cron)])],
    }),
  };
  const unserved = triggers.flatMap((trigger, index) => unservedTrigger(trigger, index));
  const called = httpRoutes.length + routes.length + schedules.length + crons.length > 0;
  const neverCalled = unserved.length > 0 && !called;
  return {
    file,
    name,
    settings,
    secretVariables: secret,
    scheduleTriggers: triggers.flatMap((trigger, index) =>
      trigger.type === 'schedule' ? [{ place: `triggers[${index}]`, cron: trigger.cron }] : [],
    ),
    warnings: [
      ...(neverCalled ? [] : unserved.map((text) => `${text} It is deployed without that trigger.`)),
      ...schedules.flatMap(({ cron }) => numbered(cron)),
    ],
    refusals: [
      ...(neverCalled
        ? unserved.map((text) => `${text} The function has no other trigger, so nothing would call it.`)
        : []),
      ...schedules.flatMap(elsewhere),
      ...(vpc?.enabled
        ? [
            "vpc.enabled is true: this version of Selvedge joins no private networks. Set it to false; SELVEDGE_EGRESS_PRIVATE and `egress` open addresses of this machine's own networks.",
          ]
        : []),
    ],
    main: undefined,
  };
}

function routeOf(trigger: Trigger): Route[] {
  if (trigger.type !== 'http') return [];
  const { path: pattern, methods, rules } = trigger;
  return [{ pattern, ...(methods && { methods }), ...(rules && { rules }) }];
}

function unservedTrigger(trigger: Trigger, index: number): string[] {
  const place = `triggers[${index}]`;
  if (trigger.type === 'database')
    return [
      `${place}: database "${trigger.collection}" (${trigger.events.join(', ')}) will not run, as this version of Selvedge has no database triggers.`,
    ];
  return [];
}

/** Other systems count the days of the week from 0 or 1, and from Sunday or Monday. */
function numbered(cron: string): string[] {
  const day = cron.trim().split(/\s+/)[4] ?? '';
  return /(^|[,-])\d/.test(day)
    ? [`schedule "${cron}": 1 is Sunday and 7 Saturday, as at Cloudflare. Names (MON-FRI) leave no doubt.`]
    : [];
}

function elsewhere({ cron, timezone = 'UTC' }: { cron: string; timezone?: string | undefined }): string[] {
  return /^(utc|etc\/utc|gmt)$/i.test(timezone)
    ? []
    : [
        `schedule "${cron}": its timezone is "${timezone}", and schedules are in UTC. Write its hours in UTC.`,
      ];
}
