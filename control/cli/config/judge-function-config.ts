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
  const { name, triggers = [], vpc, environment, routes = [], ...rest } = config;
  const { plain, secret } = splitEnvironment(environment ?? {});
  const httpRoutes = triggers.flatMap(routeOf);
  const settings: Settings = {
    ...rest,
    ...(environment && { environment: plain }),
    ...((config.routes || config.triggers) && { routes: [...routes, ...httpRoutes] }),
  };
  const unserved = triggers.flatMap((trigger, index) => unservedTrigger(trigger, index));
  const neverCalled = unserved.length > 0 && httpRoutes.length === 0 && routes.length === 0;
  return {
    file,
    name,
    settings,
    secretVariables: secret,
    warnings: neverCalled ? [] : unserved.map((text) => `${text} It is deployed without that trigger.`),
    refusals: [
      ...(neverCalled
        ? unserved.map((text) => `${text} The function has no other trigger, so nothing would call it.`)
        : []),
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
  return [{ pattern: trigger.path, ...(trigger.methods && { methods: trigger.methods }) }];
}

function unservedTrigger(trigger: Trigger, index: number): string[] {
  const place = `triggers[${index}]`;
  if (trigger.type === 'schedule')
    return [
      `${place}: schedule "${trigger.cron}" will not run, as this version of Selvedge has no schedules.`,
    ];
  if (trigger.type === 'database')
    return [
      `${place}: database "${trigger.collection}" (${trigger.events.join(', ')}) will not run, as this version of Selvedge has no database triggers.`,
    ];
  return [];
}
