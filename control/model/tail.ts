// A tail: somebody who watches a function's invocations as they happen, narrowed by filters. Names and shapes are
// those of the Workers ecosystem.

import { z } from 'zod';
import * as limits from './limits.ts';

export const TAIL_OUTCOMES = [
  'ok',
  'canceled',
  'exception',
  'exceededCpu',
  'exceededMemory',
  'unknown',
] as const;
export type TailOutcome = (typeof TAIL_OUTCOMES)[number];

const text = z.string().min(1).max(1024);

/** Each of `filters` has one of these; an invocation is told if it passes all. */
export const tailFilterSchema = z
  .strictObject({
    /** 0 to 1: which part of the invocations is told, drawn for each. */
    sampling_rate: z.number().min(0).max(1),
    outcome: z.array(z.string().max(100)).max(100),
    method: z.array(z.string().max(100)).max(100),
    /** A request with this header, and with `query` in its value if there is one. */
    header: z.strictObject({ key: text, query: z.string().max(1024).optional() }),
    client_ip: z.array(z.string().max(100)).max(100),
    /** Text in a message that was logged. */
    query: text,
    scriptVersion: z.string().max(100),
  })
  .partial();
export type TailFilter = z.infer<typeof tailFilterSchema>;

export const createTailSchema = z.looseObject({
  filters: z.array(tailFilterSchema).max(limits.tailFiltersMax).default([]),
});

export interface TailLog {
  readonly message: readonly unknown[];
  readonly level: string;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
}

export interface TailException {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly timestamp: number;
}

export interface TailRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** One invocation, as a tail's client gets it. */
export interface TailEvent {
  readonly outcome: TailOutcome;
  readonly scriptName: string;
  readonly scriptVersion: { readonly id: string };
  readonly exceptions: readonly TailException[];
  readonly logs: readonly TailLog[];
  readonly eventTimestamp: number;
  readonly wallTime: number;
  readonly truncated: boolean;
  readonly event:
    | {
        readonly request: TailRequest & { readonly cf: Readonly<Record<string, never>> };
        readonly response: { readonly status: number };
      }
    | { readonly cron: string; readonly scheduledTime: number };
}
