// A program that is ready-made: modules that run as they were sent, under their own names, as other systems' command
// lines build them. Nothing is bundled, transpiled or installed.

export type ReadyModuleType = 'esm' | 'commonjs' | 'wasm' | 'text' | 'data' | 'json';

export interface ReadyModule {
  /** Under which the others import it: `index.js`, `lib/a.js`, `0123-add.wasm`. */
  readonly name: string;
  readonly type: ReadyModuleType;
  /** Text for esm, commonjs, text and json; base64 for wasm and data. */
  readonly content: string;
}

export interface ReadyMadeParts {
  /** Name of the module whose default export answers. */
  readonly main: string;
  /** A script has no exports and listens for events: service-worker syntax. It is a commonjs module then, and sloppy. */
  readonly syntax: 'module' | 'script';
  readonly modules: readonly ReadyModule[];
  /** Of a script: global variables, each with the content of a module. */
  readonly globals?: Readonly<Record<string, string>> | undefined;
  /** By the module that each is of; version 3, as JSON. */
  readonly sourceMaps: Readonly<Record<string, string>>;
}

/** A class, so that no map of files that a user sends can be taken for one. */
export class ReadyMade {
  readonly parts: ReadyMadeParts;

  constructor(parts: ReadyMadeParts) {
    this.parts = parts;
  }
}

/** Of a function that is its static files alone. */
export const FILES_ALONE: ReadyMadeParts = { main: '', syntax: 'module', modules: [], sourceMaps: {} };
