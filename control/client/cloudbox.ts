// `createCloudBox`: the SDK of seed 000, over the client. Its programs run with this in place of their own `cloudbox`.

import type { DeletedFunction, FunctionState } from './answers.ts';
import { createClient } from './client.ts';
import { CloudBoxError, toCloudBoxError } from './cloudbox-error.ts';
import {
  type CloudBoxFunction,
  type CreateCloudBoxFunction,
  fromCloudBox,
  toCloudBox,
  type UpdateCloudBoxFunction,
} from './cloudbox-function.ts';
import type { CallOptions, ClientOptions } from './connection.ts';
import type { Execution, ExecutionOptions } from './execute.ts';
import type { FunctionQuery, FunctionsClient } from './functions-client.ts';
import type { ExecutionQuery, PastExecution } from './list-executions.ts';
import { SelvedgeError } from './selvedge-error.ts';

export interface CloudBoxOptions extends Omit<ClientOptions, 'project'> {
  /** Name or number of the project. */
  readonly project?: string | number | undefined;
}

export interface CloudBoxFunctions {
  /** Makes a draft, built from its code; `deploy` makes it live. */
  create(input: CreateCloudBoxFunction, options?: CallOptions): Promise<CloudBoxFunction>;
  update(id: string, changes: UpdateCloudBoxFunction, options?: CallOptions): Promise<CloudBoxFunction>;
  get(id: string, options?: CallOptions): Promise<CloudBoxFunction>;
  list(query?: FunctionQuery, options?: CallOptions): Promise<CloudBoxFunction[]>;
  delete(id: string, options?: CallOptions): Promise<DeletedFunction>;
  /** Resolves when the newest source is live. */
  deploy(id: string, options?: CallOptions): Promise<CloudBoxFunction>;
  execute(id: string, data?: unknown, options?: ExecutionOptions): Promise<Execution>;
  getLogs(id: string, query?: ExecutionQuery, options?: CallOptions): Promise<PastExecution[]>;
  /** What is left out stays. */
  updateScaling(
    id: string,
    scaling: Partial<FunctionState['scaling']>,
    options?: CallOptions,
  ): Promise<CloudBoxFunction>;
  /** Rejects: schedules call the `scheduled` handler of a module, which these functions have not. */
  addSchedule(id: string, schedule: unknown): Promise<never>;
}

export function createCloudBox({ project, ...options }: CloudBoxOptions): {
  readonly functions: CloudBoxFunctions;
} {
  const client = createClient({ ...options, ...(project !== undefined && { project: String(project) }) });
  return { functions: inCloudBoxWords(client.functions) };
}

/**
 * What a new function is there, as at CloudBox's own URLs: a draft until it is deployed, called with data, without
 * network. Selvedge's own settings may say otherwise.
 */
const asThere = { runtime: 'nodejs18', convention: 'data', egress: 'none', deploy: false } as const;

function inCloudBoxWords(functions: FunctionsClient): CloudBoxFunctions {
  const words: CloudBoxFunctions = {
    create: async (input, options) =>
      toCloudBox(await functions.create(fromCloudBox(input, asThere), options)),
    update: async (id, changes, options) =>
      toCloudBox(await functions.update(id, fromCloudBox(changes, { deploy: false }), options)),
    deploy: async (id, options) => toCloudBox(await functions.deploy(id, options)),
    get: async (id, options) => toCloudBox(await functions.get(id, options)),
    list: async (query, options) => (await functions.list(query, options)).functions.map(toCloudBox),
    delete: (id, options) => functions.delete(id, options),
    execute: (id, data, options) =>
      functions.execute(id, data, options).catch(async (thrown) => {
        throw (await isNotDeployed(functions, id, thrown, options)) ? notDeployed(thrown) : thrown;
      }),
    getLogs: (id, query, options) => functions.getLogs(id, query, options),
    updateScaling: async (id, scaling, options) => {
      // The control API takes the whole of it.
      const before = (await functions.get(id, options)).scaling;
      return toCloudBox(await functions.update(id, { scaling: { ...before, ...scaling } }, options));
    },
    addSchedule: async () => {
      throw new CloudBoxError(
        'NOT_SUPPORTED',
        'Selvedge has no schedules for such handlers, only for the `scheduled` handler of a module (crons): call the function from a cron job of the machine, with execute().',
      );
    },
  };
  return translating(words);
}

/** Each method of seed 000's SDK rejects in its words. */
function translating(words: CloudBoxFunctions): CloudBoxFunctions {
  const methods = Object.entries(words).map(([name, method]) => [
    name,
    (...args: never[]) =>
      (method as (...args: never[]) => Promise<unknown>)(...args).catch((thrown) => {
        throw toCloudBoxError(thrown);
      }),
  ]);
  return Object.fromEntries(methods);
}

/** A function that was never deployed, or is disabled, is not found at its address; here it is told apart from one that is not there. */
async function isNotDeployed(
  functions: FunctionsClient,
  id: string,
  thrown: unknown,
  options?: CallOptions,
): Promise<boolean> {
  if (!(thrown instanceof SelvedgeError) || thrown.code !== 'FN_001') return false;
  try {
    const { active_version, status } = await functions.get(id, options);
    return active_version === null || status === 'disabled';
  } catch (error) {
    // It is not there, or the key may not look: then the first error is all that is known.
    if (error instanceof SelvedgeError) return false;
    throw error;
  }
}

const notDeployed = (error: SelvedgeError): CloudBoxError =>
  new CloudBoxError('NOT_DEPLOYED', error.message, error);
