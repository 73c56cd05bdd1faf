// Maps a stack as V8 wrote it, in the bundle's coordinates, back to the user's source.

import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';

const ENTRY_FRAME = /^(\s*at (?:async )?)(?:(.*?) \()?(?:[^\s()]*\/)?index\.js:(\d+):(\d+)\)?$/;
/** Of any module: those of a ready-made program have names of their own. */
const FRAME = /^(\s*at (?:async )?)(?:(.*?) \()?(?:\.\/)?([^\s()]+):(\d+):(\d+)\)?$/;
/** Frames of the harness, and of the runtime itself, such as `node-internal:...`. */
const INTERNAL_FRAME =
  /^\s*at .*(\bselvedge(?:-entry)?\.js:\d|\b(node-internal|cloudflare-internal|workerd-internal|node):)/;
/** What the bundle's entry holds besides the user's code. */
const PLATFORM_SOURCE = /^selvedge\//;

/**
 * Frames of the harness and of the runtime are left out: they tell the function's owner nothing. A frame that
 * the map does not know stays as it is, as do the lines that are no frames.
 *
 * `modules` are the maps of a ready-made program, by the names of its modules.
 */
export function mapStack(
  stack: string,
  sourceMap: string,
  modules?: Readonly<Record<string, string>> | undefined,
): string {
  const lines = stack.split('\n');
  if (modules) {
    const maps = new Map<string, TraceMap>();
    return lines.flatMap((line) => mapReadyLine(line, modules, maps)).join('\n');
  }
  const map = new TraceMap(sourceMap);
  return lines.flatMap((line) => mapLine(line, map)).join('\n');
}

function mapReadyLine(
  line: string,
  modules: Readonly<Record<string, string>>,
  maps: Map<string, TraceMap>,
): string[] {
  if (INTERNAL_FRAME.test(line)) return [];
  const [, at = '', callee, module = '', row, column] = FRAME.exec(line) ?? [];
  const text = Object.hasOwn(modules, module) ? modules[module] : undefined;
  if (text === undefined) return [line];
  const map = maps.get(module) ?? new TraceMap(text);
  maps.set(module, map);
  const place = originalPositionFor(map, { line: Number(row), column: Number(column) - 1 });
  if (place.source === null) return [line];
  const where = `${place.source}:${place.line}:${place.column + 1}`;
  return [callee === undefined ? `${at}${where}` : `${at}${callee} (${where})`];
}

function mapLine(line: string, map: TraceMap): string[] {
  if (INTERNAL_FRAME.test(line)) return [];
  const match = ENTRY_FRAME.exec(line);
  if (!match) return [line];
  const [, at = '', callee, row, column] = match;
  const place = originalPositionFor(map, { line: Number(row), column: Number(column) - 1 });
  if (place.source === null) return [line];
  if (PLATFORM_SOURCE.test(place.source)) return [];
  const where = `${place.source}:${place.line}:${place.column + 1}`;
  return [callee === undefined ? `${at}${where}` : `${at}${callee} (${where})`];
}
