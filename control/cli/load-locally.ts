// A function's folder as the body of `POST /functions`, for running it here. What the platform would refuse for
// want of a service is told and left out: here there is nobody who could be misled by an address that answers.

import { loadConfig } from './config/load-config.ts';
import { fillIn } from './config/secret-references.ts';
import { nameOfFolder } from './locate-function.ts';
import { collectSources } from './sources/collect-sources.ts';
import type { World } from './world.ts';

export interface LocalBody {
  readonly body: Readonly<Record<string, unknown>>;
  readonly warnings: readonly string[];
}

export async function loadLocally(world: World, folder: string, configFile?: string): Promise<LocalBody> {
  const config = await loadConfig(folder, world.interrupted, configFile);
  const { code, links } = collectSources(folder, config.main);
  const { set: secrets, missing } = fillIn(config.secretVariables, world.env);
  return {
    body: {
      ...config.settings,
      name: config.name ?? nameOfFolder(folder),
      code,
      environment: { ...config.settings.environment, ...secrets },
    },
    warnings: [
      ...[...config.warnings, ...config.refusals].map((text) => `${config.file}: ${text}`),
      ...missing.map(
        ({ key, names }) =>
          `${config.file}: environment.${key} is not set here, as there is no variable ${names.join(' or ')}.`,
      ),
      ...links.map((link) => `${link} is a link, and is not part of the function.`),
    ],
  };
}
