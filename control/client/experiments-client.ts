// `client.experiments`: what experiments have shown. They are set as `rules` of functions.

import type {
  ConversionEvent,
  Experiment,
  ExperimentList,
  ExperimentPreview,
  ExperimentResult,
  ResetExperiment,
} from './answers.ts';
import { type CallOptions, type Connection, input } from './connection.ts';
import { placeOf } from './function-place.ts';
import { sendCall } from './send-call.ts';

/** Who converted: what he is known by, or the value of his cookie `__selvedge_visitor`. */
export type ConversionOf = ({ readonly visitor: string } | { readonly cookie: string }) & {
  /** What he saw, when no front has seen him. */
  readonly variant?: string;
};

export interface ExperimentsClient {
  /** Of the client's project and environment, if it has any, and otherwise of all. */
  list(options?: CallOptions): Promise<readonly Experiment[]>;
  get(name: string, options?: CallOptions): Promise<ExperimentResult>;
  /** A link that shows one variant; `expiresIn` is in seconds. */
  preview(
    name: string,
    variant: string,
    expiresIn?: number,
    options?: CallOptions,
  ): Promise<ExperimentPreview>;
  convert(name: string, of: ConversionOf, options?: CallOptions): Promise<ConversionEvent>;
  /** Its figures begin anew. */
  reset(name: string, options?: CallOptions): Promise<ResetExperiment>;
}

export function createExperimentsClient(connection: Connection): ExperimentsClient {
  const query = (options?: CallOptions) => ({ ...placeOf(connection, options) });
  return {
    list: async (options) => {
      const call = { method: 'GET', path: '/experiments', query: query(options) } as const;
      return (await sendCall<ExperimentList>(connection, call, options)).experiments;
    },
    get: async (name, options) =>
      sendCall(connection, { method: 'GET', path: pathOf(name), query: query(options) }, options),
    preview: async (name, variant, expiresIn, options) => {
      const body = { variant, ...(expiresIn !== undefined && { expires_in: expiresIn }) };
      const call = { method: 'POST', path: `${pathOf(name)}/preview`, query: query(options), body } as const;
      return sendCall(connection, { ...call, repetition: 'harmless' }, options);
    },
    convert: async (name, of, options) => {
      const body = { ...of, event: 'conversion' };
      const call = { method: 'POST', path: `${pathOf(name)}/events`, query: query(options), body } as const;
      return sendCall(connection, { ...call, repetition: 'harmless' }, options);
    },
    reset: async (name, options) =>
      sendCall(connection, { method: 'DELETE', path: pathOf(name), query: query(options) }, options),
  };
}

/** An empty name would be the path of the list. */
function pathOf(name: string): string {
  if (typeof name !== 'string' || name === '' || name === '.' || name === '..')
    throw input(`${JSON.stringify(name) ?? 'undefined'} names no experiment.`);
  return `/experiments/${encodeURIComponent(name)}`;
}
