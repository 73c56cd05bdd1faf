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
import { FailedBuilds } from './failed-builds.ts';
import type { FunctionQuery, FunctionsClient } from './functions-client.ts';
import type { ExecutionQuery, PastExecution } from './list-executions.ts';
import { SelvedgeError } from './selvedge-error.ts';

export interface CloudBoxOptions extends Omit<ClientOptions, 'project'> {
  /** Name or number of the project. */
  readonly project?: string | number | undefined;
}

export interface CloudBoxFunctions {
  /** Resolves when the function is live. */
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
  /** Rejects: Selvedge has no schedules yet. */
  addSchedule(id: string, schedule: unknown): Promise<never>;
}

export function createCloudBox({ project, ...options }: CloudBoxOptions): {
  readonly functions: CloudBoxFunctions;
} {
  const client = createClient({ ...options, ...(project !== undefined && { project: String(project) }) });
  return { functions: inCloudBoxWords(client.functions) };
}

function inCloudBoxWords(functions: FunctionsClient): CloudBoxFunctions {
  const failed = new FailedBuilds();
  const deployed = async (id: string, deploy: () => ReturnType<FunctionsClient['deploy']>) => {
    const state = await failed.watch(id, deploy);
    return toCloudBox(withoutLogs(state), state.build_logs);
  };
  const words: CloudBoxFunctions = {
    create: async (input, options) =>
      deployed(input.name, () => functions.create(fromCloudBox(input), options)),
    update: async (id, changes, options) =>
      deployed(id, () => functions.update(id, fromCloudBox(changes), options)),
    deploy: async (id, options) => deployed(id, () => functions.deploy(id, options)),
    get: async (id, options) => {
      const state = await functions.get(id, options);
      return toCloudBox(state, await buildLogsOf(functions, state, failed, options));
    },
    list: async (query, options) =>
      (await functions.list(query, options)).functions.map((state) => toCloudBox(state, [])),
    delete: (id, options) => functions.delete(id, options),
    execute: (id, data, options) =>
      functions.execute(id, data, options).catch(async (thrown) => {
        throw (await isNotDeployed(functions, id, thrown, options)) ? notDeployed(thrown) : thrown;
      }),
    getLogs: (id, query, options) => functions.getLogs(id, query, options),
    updateScaling: async (id, scaling, options) => {
      // The control API takes the whole of it.
      const before = (await functions.get(id, options)).scaling;
      return words.update(id, { scaling: { ...before, ...scaling } }, options);
    },
    addSchedule: async () => {
      throw new CloudBoxError(
        'NOT_SUPPORTED',
        'This version of Selvedge has no schedules: call the function from a cron job of the machine, with execute().',
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

function withoutLogs({
  build_logs: _,
  version: __,
  ...state
}: Awaited<ReturnType<FunctionsClient['deploy']>>) {
  return state;
}

/** Of its newest version; of a build that made none, if it was this client that asked for it. */
async function buildLogsOf(
  functions: FunctionsClient,
  state: FunctionState,
  failed: FailedBuilds,
  options?: CallOptions,
): Promise<readonly string[]> {
  if (state.status === 'failed') {
    const told = failed.logsOf(state.id) ?? failed.logsOf(state.name);
    if (told) return told;
    if (state.crashes?.reason) return [state.crashes.reason];
  }
  const { versions } = await functions.versions(state.id, { limit: 1 }, options);
  return versions[0]?.build_logs ?? [];
}

/** A function that was never deployed is not found at its address; here it is told apart from one that is not there. */
async function isNotDeployed(
  functions: FunctionsClient,
  id: string,
  thrown: unknown,
  options?: CallOptions,
): Promise<boolean> {
  if (!(thrown instanceof SelvedgeError) || thrown.code !== 'FN_001') return false;
  try {
    return (await functions.get(id, options)).active_version === null;
  } catch (error) {
    // It is not there, or the key may not look: then the first error is all that is known.
    if (error instanceof SelvedgeError) return false;
    throw error;
  }
}

const notDeployed = (error: SelvedgeError): CloudBoxError =>
  new CloudBoxError('NOT_DEPLOYED', error.message, error);
