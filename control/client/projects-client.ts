// `client.projects`, `client.environments` and `client.variables`: what functions have in common.

import type {
  CreateEnvironmentInput,
  CreateProjectInput,
  DeletedEnvironment,
  DeletedProject,
  Environment,
  EnvironmentList,
  EnvList,
  OverlayWasDeleted,
  OverlayWasSet,
  Project,
  ProjectPage,
  SetEnvInput,
  UpdateProjectInput,
} from './answers.ts';
import { deployTimeoutMs } from './bounds.ts';
import { type CallOptions, type Connection, input } from './connection.ts';
import type { PageQuery } from './functions-client.ts';
import { sendCall } from './send-call.ts';

export interface ProjectsClient {
  create(project: CreateProjectInput, options?: CallOptions): Promise<Project>;
  /** One page. */
  list(query?: PageQuery, options?: CallOptions): Promise<ProjectPage>;
  get(name: string, options?: CallOptions): Promise<Project>;
  update(name: string, changes: UpdateProjectInput, options?: CallOptions): Promise<Project>;
  /** Refused while it has functions. */
  delete(name: string, options?: CallOptions): Promise<DeletedProject>;
}

/** Of the client's project, or that of the call's options. */
export interface EnvironmentsClient {
  create(environment: CreateEnvironmentInput, options?: CallOptions): Promise<Environment>;
  list(options?: CallOptions): Promise<readonly Environment[]>;
  get(name: string, options?: CallOptions): Promise<Environment>;
  /** Refused while it has functions. */
  delete(name: string, options?: CallOptions): Promise<DeletedEnvironment>;
}

/** Where variables are set that are in no version. Without an environment: for the whole project. */
export interface VariablesPlace {
  readonly environment?: string | undefined;
  /** Base name of the one function that they are for; needs an environment. */
  readonly function?: string | undefined;
}

/** Resolve when no instance serves any more that was started before the change. */
export interface VariablesClient {
  list(place?: VariablesPlace, options?: CallOptions): Promise<EnvList['env']>;
  set(place: VariablesPlace, variable: SetEnvInput, options?: CallOptions): Promise<OverlayWasSet>;
  delete(place: VariablesPlace, key: string, options?: CallOptions): Promise<OverlayWasDeleted>;
}

export function createProjectsClient(connection: Connection): ProjectsClient {
  return {
    create: async (body, options) =>
      sendCall(connection, { method: 'POST', path: '/projects', body, repetition: 'create' }, options),
    list: async (query, options) =>
      sendCall(connection, { method: 'GET', path: '/projects', query: { ...query } }, options),
    get: async (name, options) =>
      sendCall(connection, { method: 'GET', path: `/projects/${segment(name)}` }, options),
    update: async (name, body, options) =>
      sendCall(
        connection,
        { method: 'PATCH', path: `/projects/${segment(name)}`, body, repetition: 'harmless' },
        options,
      ),
    delete: async (name, options) =>
      sendCall(connection, { method: 'DELETE', path: `/projects/${segment(name)}` }, options),
  };
}

export function createEnvironmentsClient(connection: Connection): EnvironmentsClient {
  const pathIn = (options: CallOptions | undefined, ...parts: string[]): string =>
    [`/projects/${projectOf(connection, options)}/environments`, ...parts.map(segment)].join('/');
  return {
    create: async (body, options) =>
      sendCall(connection, { method: 'POST', path: pathIn(options), body, repetition: 'create' }, options),
    list: async (options) => {
      const call = { method: 'GET', path: pathIn(options) } as const;
      return (await sendCall<EnvironmentList>(connection, call, options)).environments;
    },
    get: async (name, options) =>
      sendCall(connection, { method: 'GET', path: pathIn(options, name) }, options),
    delete: async (name, options) =>
      sendCall(connection, { method: 'DELETE', path: pathIn(options, name) }, options),
  };
}

export function createVariablesClient(connection: Connection): VariablesClient {
  const pathIn = ({ environment, function: base }: VariablesPlace, options?: CallOptions): string => {
    const project = `/projects/${projectOf(connection, options)}`;
    if (environment !== undefined) return `${project}/environments/${segment(environment)}/env`;
    if (base !== undefined) throw input('function is given without an environment: name one.');
    return `${project}/env`;
  };
  const timeoutMs = deployTimeoutMs;
  return {
    list: async (place = {}, options) => {
      const query = { function: place.function };
      const call = { method: 'GET', path: pathIn(place, options), query } as const;
      return (await sendCall<EnvList>(connection, call, options)).env;
    },
    set: async (place, variable, options) => {
      const body = { ...variable, ...(place.function !== undefined && { function: place.function }) };
      const path = pathIn(place, options);
      return sendCall(connection, { method: 'POST', path, body, repetition: 'harmless', timeoutMs }, options);
    },
    delete: async (place, key, options) =>
      sendCall(
        connection,
        {
          ...{ method: 'DELETE', path: `${pathIn(place, options)}/${segment(key)}` },
          ...{ query: { function: place.function }, timeoutMs },
        },
        options,
      ),
  };
}

const projectOf = (connection: Connection, options?: CallOptions): string =>
  segment(options?.project ?? connection.project ?? 'default');

/** An empty one would be the path of a list. */
function segment(name: string): string {
  if (typeof name !== 'string' || name === '' || name === '.' || name === '..')
    throw input(`${JSON.stringify(name) ?? 'undefined'} is no name.`);
  return encodeURIComponent(name);
}
