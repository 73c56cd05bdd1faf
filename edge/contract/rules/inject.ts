// Changes of pages on their way to the client.

import type { PathPattern } from '../path-pattern.ts';

export type InjectionEntry = {
  readonly selector: string;
  readonly path?: PathPattern;
} & (
  | {
      readonly position: 'before' | 'after' | 'prepend' | 'append' | 'replace' | 'replace_content';
      readonly html: string;
    }
  | { readonly position: 'remove' }
  | { readonly position: 'set_attribute'; readonly attribute: string; readonly value: string }
  | { readonly position: 'remove_attribute'; readonly attribute: string }
);
