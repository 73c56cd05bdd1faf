// What a module exports, as far as its text tells: the vocabulary between `analyze-module.ts`, which reads it
// out of the syntax tree, and `detect-convention.ts`, which decides on it.

export interface ParameterShape {
  /** Undefined for a parameter that is taken apart. */
  readonly name: string | undefined;
  /** Keys of a parameter that is taken apart. */
  readonly keys: readonly string[];
  /** First name of the type that the source gives it: `Request`. */
  readonly type: string | undefined;
}

export interface FunctionShape {
  readonly kind: 'function';
  readonly parameters: readonly ParameterShape[];
  /** Members that the body takes of its second parameter: `success`, `log`. */
  readonly contextMembers: readonly string[];
  /** The body says `new Response` or `Response.json`. */
  readonly makesResponse: boolean;
}

export type ExportShape =
  | FunctionShape
  | { readonly kind: 'class' }
  | { readonly kind: 'object'; readonly members: ReadonlyMap<string, ExportShape> }
  /** `new Hono()` and the like. */
  | { readonly kind: 'instance' }
  /** The result of a call; `wraps` is the function among its arguments, as with middleware. */
  | { readonly kind: 'call'; readonly wraps: FunctionShape | undefined }
  /** Taken from another module. */
  | { readonly kind: 'imported'; readonly from: string; readonly name: string }
  | { readonly kind: 'value' };

export interface ModuleShape {
  readonly syntax: 'esm' | 'commonjs' | 'none';
  readonly exports: ReadonlyMap<string, ExportShape>;
  /** Modules of `export * from` and of `module.exports = require(...)`. */
  readonly reexports: readonly string[];
  /** Exports are made in a way that the text does not tell. */
  readonly opaque: boolean;
  /** Top-level names that are not exported. */
  readonly locals: ReadonlyMap<string, ExportShape>;
  /** The module calls `addEventListener` for `fetch` or `scheduled`. */
  readonly listensForFetch: boolean;
}
