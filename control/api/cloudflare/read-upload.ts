// An uploaded Worker: a form with `metadata` and a part for each module.
//
// What each part is is told by its content type, and its name is the name that the other modules import it by.

import { checkModuleName } from '../../model/module-name.ts';
import type { ReadyModule, ReadyModuleType } from '../../model/ready-made.ts';
import { CloudflareError, CODES } from './cloudflare-error.ts';

/** Body of an upload: modules, Wasm and source maps together. */
export const uploadBytesMax = 32 * 1024 * 1024;
/** Parts of an upload; source maps are parts too. */
export const uploadPartsMax = 2000;

export interface Upload {
  /** JSON text. */
  readonly metadata: string;
  readonly modules: readonly ReadyModule[];
  /** By the module that each is of. */
  readonly sourceMaps: Readonly<Record<string, string>>;
}

const TYPES: Readonly<Record<string, ReadyModuleType | 'source-map'>> = {
  'application/javascript+module': 'esm',
  'text/javascript+module': 'esm',
  'application/javascript': 'commonjs',
  'text/javascript': 'commonjs',
  'application/wasm': 'wasm',
  'text/plain': 'text',
  'application/octet-stream': 'data',
  'application/json': 'json',
  'application/source-map': 'source-map',
};
const PYTHON = /^text\/x-python/;

/** @throws {CloudflareError} for what is no such form. */
export async function readUpload(bytes: Uint8Array, contentType: string | undefined): Promise<Upload> {
  const form = await parseForm(bytes, contentType);
  const parts = [...form];
  if (parts.length > uploadPartsMax)
    throw invalid(
      `The upload has ${parts.length} parts: at most ${uploadPartsMax} are taken. Bundle the modules.`,
    );
  let metadata: string | undefined;
  const modules = new Map<string, ReadyModule>();
  const maps: { readonly name: string; readonly text: string }[] = [];
  for (const [name, value] of parts) {
    if (name === 'metadata') {
      if (metadata !== undefined) throw invalid('The upload has two parts "metadata": send one.');
      metadata = typeof value === 'string' ? value : await value.text();
    } else if (typeof value === 'string') {
      throw invalid(
        `The part ${shown(name)} has no file name: each module is sent as a file, with its content type.`,
      );
    } else {
      const type = typeOf(name, value.type);
      const content = new Uint8Array(await value.arrayBuffer());
      if (type === 'source-map') maps.push({ name, text: textOf(name, content) });
      else addModule(modules, { name: checkModuleName(name), type }, content);
    }
  }
  if (metadata === undefined)
    throw invalid('The upload has no part "metadata": it is JSON that says which module is the main one.');
  return { metadata, modules: [...modules.values()], sourceMaps: sourceMapsOf(maps, modules) };
}

async function parseForm(bytes: Uint8Array, contentType: string | undefined): Promise<FormData> {
  if (!/^multipart\/form-data\s*;.*boundary=/i.test(contentType ?? ''))
    throw invalid(
      `The content type is "${(contentType ?? '').slice(0, 80)}": an upload is multipart/form-data with a boundary.`,
      415,
    );
  try {
    return await new Response(bytes as Uint8Array<ArrayBuffer>, {
      headers: { 'content-type': contentType ?? '' },
    }).formData();
  } catch (cause) {
    throw invalid(
      'The upload is no form that can be read: it breaks off, or a part has no name.',
      400,
      cause,
    );
  }
}

function typeOf(name: string, contentType: string): ReadyModuleType | 'source-map' {
  const [plain = ''] = contentType.toLowerCase().split(';');
  const type = TYPES[plain.trim()];
  if (type !== undefined) return type;
  throw invalid(
    PYTHON.test(plain)
      ? `The module ${shown(name)} is Python, which this platform does not run: send JavaScript.`
      : `The part ${shown(name)} has the content type "${contentType.slice(0, 80)}": a module is one of ${Object.keys(TYPES).join(', ')}.`,
  );
}

function addModule(
  modules: Map<string, ReadyModule>,
  { name, type }: { name: string; type: ReadyModuleType },
  content: Uint8Array,
): void {
  if (modules.has(name)) throw invalid(`Two modules are called ${shown(name)}: rename one.`);
  const binary = type === 'wasm' || type === 'data';
  modules.set(name, {
    ...{ name, type },
    content: binary ? Buffer.from(content).toString('base64') : textOf(name, content),
  });
}

function textOf(name: string, content: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch (cause) {
    throw invalid(
      `The part ${shown(name)} is not UTF-8 text: send it as application/octet-stream.`,
      400,
      cause,
    );
  }
}

/** A map says which module it is of; or its name does, which is then the module's with `.map` behind it. */
function sourceMapsOf(
  maps: readonly { readonly name: string; readonly text: string }[],
  modules: ReadonlyMap<string, ReadyModule>,
): Record<string, string> {
  const found: [string, string][] = [];
  for (const { name, text } of maps) {
    const map = parseMap(text);
    const module = [map?.file, name.replace(/\.map$/, '')].find(
      (file) => file !== undefined && modules.has(file),
    );
    // One that fits no module maps nothing; a stack then stays as it is.
    if (map && module !== undefined)
      found.push([module, JSON.stringify({ ...map, sources: map.sources.map(plainPath) })]);
  }
  return Object.fromEntries(found);
}

interface SourceMap {
  readonly file?: string;
  readonly sources: readonly string[];
}

function parseMap(text: string): SourceMap | undefined {
  try {
    const { version, file, sources, names, mappings } = JSON.parse(text);
    if (version !== 3 || typeof mappings !== 'string' || !Array.isArray(sources)) return undefined;
    return {
      version,
      ...(typeof file === 'string' && { file }),
      sources: sources.map(String),
      names,
      mappings,
    } as SourceMap;
  } catch {
    return undefined;
  }
}

/** As their owner knows them, without the way from a folder of the machine that built them. */
const plainPath = (path: string): string => path.replace(/^(file:\/\/)?\/+/, '').replace(/^(\.{1,2}\/)+/, '');

const shown = (name: string): string => JSON.stringify(name.slice(0, 200));

const invalid = (message: string, status = 400, cause?: unknown): CloudflareError =>
  Object.assign(
    new CloudflareError(CODES.invalid, 'FN_006', message, { status }),
    cause === undefined ? {} : { cause },
  );
