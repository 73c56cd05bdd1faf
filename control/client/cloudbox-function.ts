// A function in the words of seed 000: what its SDK sends, and what it gets.

import type { CreateFunctionInput, FunctionState, UpdateFunctionInput } from './answers.ts';
import { input } from './connection.ts';

/** `name`, `code`, `runtime`, `timeout`, `memory`, `environment` and `dependencies` are the same in both. */
interface CloudBoxNames {
  /** Of the source. Selvedge finds it out; one that it cannot run is refused. */
  readonly language?: string | undefined;
  readonly entry_point?: string | undefined;
  readonly entryPoint?: string | undefined;
  readonly is_public?: boolean | undefined;
  readonly isPublic?: boolean | undefined;
}

export type CreateCloudBoxFunction = Omit<CreateFunctionInput, 'handler' | 'public'> & CloudBoxNames;
export type UpdateCloudBoxFunction = Omit<UpdateFunctionInput, 'handler' | 'public'> & CloudBoxNames;

export type CloudBoxFunction = Omit<FunctionState, 'handler' | 'public'> & {
  readonly entry_point: string;
  readonly is_public: boolean;
  /** What the build printed, line by line. Not in a list. */
  readonly build_logs: string;
};

const LANGUAGES = ['javascript', 'typescript'];

/** With `defaults` for what is not given. */
export function fromCloudBox<T extends CloudBoxNames, D extends object>(given: T, defaults: D) {
  const { language, entry_point, entryPoint, is_public, isPublic, ...same } = given;
  if (language !== undefined && !LANGUAGES.includes(language)) {
    throw input(
      `language is "${language}", which this version of Selvedge cannot run yet: use ${LANGUAGES.join(' or ')}.`,
    );
  }
  const handler = entry_point ?? entryPoint;
  const isOpen = is_public ?? isPublic;
  return {
    ...defaults,
    ...same,
    ...(handler !== undefined && { handler }),
    ...(isOpen !== undefined && { public: isOpen }),
  };
}

export function toCloudBox(
  state: FunctionState & { readonly build_logs?: readonly string[] | undefined },
): CloudBoxFunction {
  const { handler, public: isPublic, build_logs = [], ...same } = state;
  return { ...same, entry_point: handler, is_public: isPublic, build_logs: build_logs.join('\n') };
}
