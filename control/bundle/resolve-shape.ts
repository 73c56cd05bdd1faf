// The shape of the entry with what it takes over from the user's other files: `export { handler } from './app'`,
// `export * from './app'`, `module.exports = require('./app')`. Packages are not looked into.

import { posix } from 'node:path';
import { analyzeModule } from './analyze-module.ts';
import { deployFailure } from './build-failure.ts';
import { resolveUserFile } from './choose-entry.ts';
import type { ExportShape, ModuleShape } from './module-shape.ts';
import { type SourceFiles, scriptLoaderOf } from './source-files.ts';

/** Files between the entry and the handler; a cycle ends here too. */
const DEPTH_MAX = 8;

export async function resolveShape(
  source: SourceFiles,
  file: string,
  logs: readonly string[],
  depth = 0,
): Promise<ModuleShape> {
  const own = await shapeOf(source, file, logs);
  const follow = async (from: string): Promise<ModuleShape | undefined> => {
    if (!from.startsWith('.') || depth >= DEPTH_MAX) return undefined;
    const target = posix.join(posix.dirname(file), from);
    const path = resolveUserFile((candidate) => source.files.has(candidate), target);
    return path !== undefined && scriptLoaderOf(path)
      ? resolveShape(source, path, logs, depth + 1)
      : undefined;
  };
  const exports = new Map<string, ExportShape>();
  const reexports: string[] = [];
  let opaque = own.opaque;
  for (const from of own.reexports) {
    const target = await follow(from);
    if (!target) {
      reexports.push(from);
      continue;
    }
    opaque ||= target.opaque;
    reexports.push(...target.reexports);
    for (const [name, shape] of target.exports)
      if (name !== 'default' || own.syntax === 'commonjs') exports.set(name, shape);
  }
  for (const [name, shape] of own.exports) exports.set(name, await resolveExport(shape, follow));
  return { ...own, exports, reexports, opaque };
}

async function resolveExport(
  shape: ExportShape,
  follow: (from: string) => Promise<ModuleShape | undefined>,
): Promise<ExportShape> {
  if (shape.kind !== 'imported') return shape;
  const target = await follow(shape.from);
  if (!target) return shape;
  if (shape.name === '*') return { kind: 'object', members: target.exports };
  const found = target.exports.get(shape.name);
  if (found) return found;
  // `import app from './commonjs'` gives all of module.exports.
  return shape.name === 'default' && target.syntax === 'commonjs'
    ? { kind: 'object', members: target.exports }
    : shape;
}

async function shapeOf(source: SourceFiles, file: string, logs: readonly string[]): Promise<ModuleShape> {
  const text = source.files.get(file)?.toString() ?? '';
  const loader = source.inline?.name === file ? source.inline.loader : (scriptLoaderOf(file) ?? 'jsx');
  try {
    return await analyzeModule(text, loader);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw withFile(error, file);
    const message = `${file} could not be read: ${error.message}`;
    throw deployFailure(message, logs, [{ message, file }], error);
  }
}

/** esbuild reads text without a name here; its complaint should say whose text it was. */
function withFile(error: unknown, file: string): unknown {
  const errors = (error as { errors?: { location: { file: string } | null }[] }).errors;
  for (const { location } of errors ?? []) if (location) location.file = file;
  return error;
}
