// A script's syntax tree. esbuild takes types and JSX away first; the source map leads back from what is left.

import { type AnyNode, type Node, type Program, parse } from 'acorn';
import { transform } from 'esbuild';
import type { ScriptLoader } from './source-files.ts';

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
  if (node.type === 'Identifier') return [node.name];
  if (node.type !== 'MemberExpression') return undefined;
  const object = memberPath(node.object);
  if (!object) return undefined;
  if (!node.computed && node.property.type === 'Identifier') return [...object, node.property.name];
  if (node.computed && node.property.type === 'Literal') return [...object, String(node.property.value)];
  return undefined;
}

/** Every node, parents first. */
export function walk(node: AnyNode, visit: (node: AnyNode) => void): void {
  visit(node);
  for (const value of Object.values(node)) {
    const items: unknown[] = Array.isArray(value) ? value : [value];
    for (const item of items)
      if (typeof item === 'object' && item !== null && typeof (item as Node).type === 'string')
        walk(item as AnyNode, visit);
  }
}
