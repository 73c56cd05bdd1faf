// A script's syntax tree. esbuild takes types and JSX away first; the source map leads back from what is left.

import { type AnyNode, type Node, type Program, parse } from 'acorn';
import { transform } from 'esbuild';
import type { ScriptLoader } from './source-files.ts';

/** Of a path that is read. */
const membersMax = 100;

export interface ParsedSource {
  readonly program: Program;
  /** From places in the tree to places in the source. */
  readonly map: string;
}

/** @throws esbuild's own failure for a syntax error, acorn's for what only esbuild understands. */
export async function parseSource(source: string, loader: ScriptLoader): Promise<ParsedSource> {
  const stripped = await transform(source, {
    loader,
    // Below esnext, so that decorators are lowered: the parser below does not know them.
    target: 'es2024',
    jsx: 'transform',
    sourcemap: 'external',
    sourcesContent: false,
    logLevel: 'silent',
    // Imports stay even if only types use them, as what is imported may be exported again.
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
  });
  return { program: parseScript(stripped.code), map: stripped.map };
}

function parseScript(code: string): Program {
  const options = {
    ecmaVersion: 'latest',
    locations: true,
    allowReturnOutsideFunction: true,
    allowAwaitOutsideFunction: true,
    allowHashBang: true,
  } as const;
  try {
    return parse(code, { ...options, sourceType: 'module' });
  } catch (moduleError) {
    try {
      return parse(code, { ...options, sourceType: 'script' });
    } catch {
      // What is wrong with it as a module is what the user means to know.
      throw moduleError;
    }
  }
}

/** `['module', 'exports', 'handler']` for a chain of plain members; undefined for anything else. */
export function memberPath(node: AnyNode): string[] | undefined {
  const names: string[] = [];
  let at = node;
  for (; at.type === 'MemberExpression'; at = at.object as AnyNode) {
    const { property } = at;
    if (!at.computed && property.type === 'Identifier') names.unshift(property.name);
    else if (at.computed && property.type === 'Literal') names.unshift(String(property.value));
    else return undefined;
    // Nobody asks for one that is longer, and a chain has as many as it has members.
    if (names.length > membersMax) return undefined;
  }
  return at.type === 'Identifier' ? [at.name, ...names] : undefined;
}

/** Every node, parents first. Without recursion: a sum of ten thousand terms is as deep a tree. */
export function walk(root: AnyNode, visit: (node: AnyNode) => void): void {
  const open = [root];
  for (let node = open.pop(); node; node = open.pop()) {
    visit(node);
    for (const child of childrenOf(node).toReversed()) open.push(child);
  }
}

export const childrenOf = (node: AnyNode): AnyNode[] =>
  Object.values(node).flatMap((value: unknown) =>
    (Array.isArray(value) ? value : [value]).filter(
      (item: unknown): item is AnyNode =>
        typeof item === 'object' && item !== null && typeof (item as Node).type === 'string',
    ),
  );
