// What a function's folder says of it, whichever file said so. Both kinds of configuration become this.

import type { UpdateFunction } from '../../model/function.ts';

/** Settings as `PUT /functions/:id` takes them; what is absent stays as it is on the server. */
export type Settings = Omit<UpdateFunction, 'code' | 'deploy' | 'name' | 'status'>;

export interface FolderConfig {
  /** The file's name, for messages; undefined if the folder has none. */
  readonly file: string | undefined;
  readonly name: string | undefined;
  readonly settings: Settings;
  /** Variables whose text has `${secrets.X}` in it. The server fills them in. */
  readonly secretVariables: Readonly<Record<string, string>>;
  /** Schedules among the triggers; they are in the settings' `crons` too. */
  readonly scheduleTriggers: readonly { readonly place: string; readonly cron: string }[];
  /** What the platform does not do yet and can do without: told, and then it goes on. */
  readonly warnings: readonly string[];
  /** What makes a deployment a lie: told, and nothing is deployed. */
  readonly refusals: readonly string[];
  /** A file that is sent whatever an ignore file says, as it is the entry. */
  readonly main: string | undefined;
}

export const emptyConfig: FolderConfig = {
  file: undefined,
  name: undefined,
  settings: {},
  secretVariables: {},
  scheduleTriggers: [],
  warnings: [],
  refusals: [],
  main: undefined,
};
