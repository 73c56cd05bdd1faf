// Judges source without running or keeping it: the errors that a deployment would end with, and what looks dangerous.

import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import type { AnyNode } from 'acorn';
import { AppError } from '../model/errors.ts';
import { analyzeModule } from './analyze-module.ts';
import { bundle } from './bundle.ts';
import { checkConfig, configNode } from './exported-config.ts';
import { findDangers } from './find-dangers.ts';
import type { ModuleShape } from './module-shape.ts';
import { parseSource } from './parse-source.ts';
import { readSource } from './source-files.ts';
import { staticValue } from './static-value.ts';

/** One-based; null for a fault of the whole. */
export interface Finding {
  readonly message: string;
  readonly line: number | null;
  readonly column: number | null;
}

export interface Judgement {
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
  /** The exported `config` as far as it can be told without running it; null without one. */
  readonly config: unknown;
}

/** `cacheDir` is where the build works; nothing of it stays there. */
export async function validateSource(code: string, cacheDir: string): Promise<Judgement> {
  const { inline } = await readSource(code);
  const loader = inline?.loader ?? 'ts';
  const errors = await buildErrors(code, cacheDir);
  // What does not parse has its errors from the build.
  const parsed = await parseSource(code, loader).catch(() => undefined);
  if (!parsed) return { errors, warnings: errors.length > 0 ? [] : [UNSEEN], config: null };
  if (errors.length === 0) errors.push(...handlerErrors(await analyzeModule(code, loader)));
  const map = new TraceMap(parsed.map);
  const warnings = findDangers(parsed.program as AnyNode).map(({ message, node }) =>
    finding(message, node, map),
  );
  const node = configNode(parsed.program);
  const value = staticValue(node);
  const { faults, unsure } = judgeConfig(node, value, map);
  return { errors: [...errors, ...faults], warnings: [...warnings, ...unsure], config: value ?? null };
}

async function buildErrors(code: string, cacheDir: string): Promise<Finding[]> {
  try {
    await bundle({ code, handler: 'index.handler', convention: 'baas', dependencies: {} }, { cacheDir });
    return [];
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'FN_005') throw error;
    const issues = error.details.issues ?? [{ message: error.message }];
    return issues.map(({ message, line = null, column = null }) => ({ message, line, column }));
  }
}

const UNSEEN: Finding = {
  message: 'The source could not be looked through, as it is nested too deeply: write it flatter.',
  line: null,
  column: null,
};

/** A deployment finds it out when it probes. */
function handlerErrors({ exports, locals, reexports, opaque, listensForFetch }: ModuleShape): Finding[] {
  const found = ['default', 'handler'].some((name) => exports.has(name)) || locals.has('handler');
  if (found || opaque || listensForFetch || reexports.length > 0) return [];
  const message = 'There is no handler: write export default async function handler(request, context) { … }.';
  return [{ message, line: null, column: null }];
}

function judgeConfig(
  node: AnyNode | undefined,
  value: unknown,
  map: TraceMap,
): { faults: Finding[]; unsure: Finding[] } {
  if (!node) return { faults: [], unsure: [] };
  if (value === undefined) {
    const message = 'config cannot be read without running the code: export an object literal.';
    return { faults: [], unsure: [finding(message, node, map)] };
  }
  try {
    checkConfig(value);
    return { faults: [], unsure: [] };
  } catch (error) {
    return { faults: [finding((error as AppError).message, node, map)], unsure: [] };
  }
}

function finding(message: string, node: AnyNode, map: TraceMap): Finding {
  const start = node.loc?.start;
  const place = start && originalPositionFor(map, { line: start.line, column: start.column });
  if (!place || place.line === null) return { message, line: null, column: null };
  return { message, line: place.line, column: place.column + 1 };
}
