// The text of a bundle's entry: it joins the harness and the user's module.

import { HARNESS_MODULE } from './harness-module.ts';

export interface EntryParts {
  /** The user's file and the name of its export. */
  readonly file: string;
  readonly name: string;
  /** Exports besides the default that workerd is to see: Durable Object classes and entrypoints. */
  readonly named: readonly string[];
  /** Service-worker syntax has its bindings as global variables. */
  readonly serviceWorker: boolean;
}

/** Imported before the user's module by the entry of a service worker. */
export const globalsSource = `import { exposeBindings } from './${HARNESS_MODULE}';\nexposeBindings();`;

/** The harness takes over the isolate when it is evaluated, which is before all that stands in the entry. */
export function entrySource({ file, name, named, serviceWorker }: EntryParts): string {
  const quoted = (text: string): string => JSON.stringify(text);
  return [
    `import { adapt, namedEntrypoint, runtime, wrapHandler } from './${HARNESS_MODULE}';`,
    ...(serviceWorker ? [`import 'entry:globals';`] : []),
    `import * as userModule from ${quoted(`user:${file}`)};`,
    `export default wrapHandler(adapt(userModule, ${quoted(name)}, runtime.listeners), runtime);`,
    ...named.map(
      (exported, index) =>
        `const entrypoint${index} = namedEntrypoint(userModule[${quoted(exported)}]);\nexport { entrypoint${index} as ${quoted(exported)} };`,
    ),
  ].join('\n');
}
