// The user's source as files: a map as it was sent, or inline code given a name.

import { transform } from 'esbuild';
import type { Code } from '../model/function.ts';

/** Text, or the bytes of a binary file. */
export type SourceFile = string | Uint8Array;

export interface SourceFiles {
  readonly files: ReadonlyMap<string, SourceFile>;
  /** How esbuild reads inline code; files of a map go by their extension. */
  readonly inline?: { readonly name: string; readonly loader: ScriptLoader };
}

export type ScriptLoader = 'jsx' | 'tsx' | 'ts';

/** JavaScript may hold JSX whatever its extension; TypeScript may not, as `<T>x` is a cast there. */
const LOADERS: Readonly<Record<string, ScriptLoader>> = {
  js: 'jsx',
  mjs: 'jsx',
  cjs: 'jsx',
  jsx: 'jsx',
  ts: 'ts',
  mts: 'ts',
  cts: 'ts',
  tsx: 'tsx',
};

export const SCRIPT_EXTENSIONS = Object.keys(LOADERS);

export const extensionOf = (path: string): string => /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? '';

export const scriptLoaderOf = (path: string): ScriptLoader | undefined => LOADERS[extensionOf(path)];

export async function readSource(code: Code): Promise<SourceFiles> {
  if (typeof code !== 'string') {
    const entries = Object.entries(code).map(([path, content]): [string, SourceFile] => [
      path,
      typeof content === 'string' ? content : Buffer.from(content.base64, 'base64'),
    ]);
    return { files: new Map(entries) };
  }
  const loader = await guessLoader(code);
  const name = loader === 'jsx' ? 'index.js' : 'index.ts';
  return { files: new Map([[name, code]]), inline: { name, loader } };
}

/**
 * The first of JavaScript, TypeScript with JSX and TypeScript that parses. If none does, the one whose parser
 * came furthest: it understood the most of what was meant, so that its complaint is the likeliest.
 */
async function guessLoader(code: string): Promise<ScriptLoader> {
  let best: { loader: ScriptLoader; line: number; column: number } | undefined;
  for (const loader of ['jsx', 'tsx', 'ts'] as const) {
    const place = await firstErrorOf(code, loader);
    if (!place) return loader;
    const further =
      !best || place.line > best.line || (place.line === best.line && place.column > best.column);
    if (further) best = { loader, ...place };
  }
  return best?.loader ?? 'ts';
}

async function firstErrorOf(
  code: string,
  loader: ScriptLoader,
): Promise<{ line: number; column: number } | undefined> {
  try {
    await transform(code, { loader, logLevel: 'silent', jsx: 'preserve' });
    return undefined;
  } catch (error) {
    const location = (error as { errors?: { location: { line: number; column: number } | null }[] })
      .errors?.[0]?.location;
    if (location === undefined) throw error;
    return { line: location?.line ?? 0, column: location?.column ?? 0 };
  }
}
