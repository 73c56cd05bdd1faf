// A schedule among the triggers of a function that answers requests and has no handler for it: such files are there, as
// other systems call the one handler for everything. It is deployed without the schedule, and told. Pure.

import type { Code } from '../../model/function.ts';
import type { FolderConfig } from './folder-config.ts';

/** One that nothing else would call is left as it is, for the server to refuse. */
export function holdToSource(config: FolderConfig, code: Code): FolderConfig {
  const { settings, scheduleTriggers } = config;
  const { routes = [], crons = [] } = settings;
  if (scheduleTriggers.length === 0 || routes.length === 0 || namesHandler(code)) return config;
  const left = new Set(scheduleTriggers.map(({ cron }) => cron));
  return {
    ...config,
    settings: { ...settings, crons: crons.filter((cron) => !left.has(cron)) },
    warnings: [
      ...scheduleTriggers.map(
        ({ place, cron }) =>
          `${place}: schedule "${cron}" will not run, as the source has no \`scheduled\` handler. It is deployed without that trigger.`,
      ),
      ...config.warnings,
    ],
  };
}

/** As text: what the handler is called by, whatever exports it. */
const namesHandler = (code: Code): boolean =>
  (typeof code === 'string' ? [code] : Object.values(code)).some(
    (file) => typeof file === 'string' && /\bscheduled\b/.test(file),
  );
