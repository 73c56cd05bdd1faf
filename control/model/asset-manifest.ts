// The static files of a version: what a client announces, and what is kept.

import { z } from 'zod';
import { AppError } from './errors.ts';
import * as limits from './limits.ts';

/** The first 32 hex digits of BLAKE3 of the content in base64 and the extension, as the tools of this field have it. */
export const assetHashSchema = z
  .string()
  .regex(/^[0-9a-f]{32}$/, 'must be 32 hex digits: the hash of the content and the extension');

export interface AnnouncedFile {
  readonly hash: string;
  readonly size: number;
}

/** By path. */
export type AnnouncedFiles = ReadonlyMap<string, AnnouncedFile>;

export interface AssetFile extends AnnouncedFile {
  /** Null: the file is served without one. */
  readonly contentType: string | null;
}

const fileSchema = z.strictObject({
  hash: assetHashSchema,
  size: z
    .int()
    .min(0)
    .max(limits.assetBytesMax, `must be at most ${limits.assetBytesMax} bytes, the size of one file`),
});

const encoder = new TextEncoder();

const pathSchema = z.string().refine((path) => pathFault(path) === undefined, {
  error: ({ input }) => pathFault(String(input)) ?? '',
});

/** Why no file can be served at the path; undefined if one can. */
export function pathFault(path: string): string | undefined {
  if (!path.startsWith('/')) return 'must begin with "/"';
  if (!path.isWellFormed()) return 'holds half of a surrogate pair, which has no UTF-8 form';
  if (encoder.encode(path).length > limits.assetPathBytesMax)
    return `must be at most ${limits.assetPathBytesMax} bytes in UTF-8`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what may not be there.
  if (/[\u0000-\u001f\u007f\\]/.test(path)) return 'must not hold control characters, nor "\\"';
  // A request's path never has such segments when it gets here, so nobody could ask for the file.
  if (
    path
      .split('/')
      .slice(1)
      .some((segment) => segment === '' || segment === '.' || segment === '..')
  )
    return 'must not hold an empty segment, "." or ".."';
  return undefined;
}

/**
 * Checks what a client says it has. How many there are is looked at before anything else, as each costs a check.
 *
 * @throws {AppError} FN_006
 */
export function readAnnouncement(manifest: Readonly<Record<string, unknown>>): AnnouncedFiles {
  const entries = Object.entries(manifest);
  if (entries.length > limits.assetFilesMax)
    throw refusal(`${entries.length} files are announced, and a version has at most ${limits.assetFilesMax}`);
  const files = new Map<string, AnnouncedFile>();
  const byHash = new Map<
    string,
    { readonly size: number; readonly extension: string; readonly path: string }
  >();
  for (const [path, value] of entries) {
    const name = pathSchema.safeParse(path);
    if (!name.success) throw refusal(`the path ${quote(path)} ${name.error.issues[0]?.message}`);
    const file = fileSchema.safeParse(value);
    if (!file.success) {
      const [issue] = file.error.issues;
      const place = issue?.path.length ? `${issue.path.join('.')} of ` : '';
      throw refusal(`${place}${quote(path)}: ${issue?.message}`);
    }
    const { hash, size } = file.data;
    const extension = extensionOf(path);
    const other = byHash.get(hash) ?? { size, extension, path };
    if (other.size !== size || other.extension !== extension)
      throw refusal(
        `${quote(path)} and ${quote(other.path)} have the hash ${hash}, but not the same size and extension`,
      );
    byHash.set(hash, other);
    files.set(path, { hash, size });
  }
  return files;
}

/** As Node's `path.extname`, without the dot: what the hash is taken over besides the content. */
export function extensionOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? '' : name.slice(dot + 1);
}

const keptSchema = z.record(
  z.string(),
  z.strictObject({ hash: assetHashSchema, size: z.int(), contentType: z.string().nullable() }),
);

/** The same files give the same text, whatever order they come in. */
export function writeManifest(files: ReadonlyMap<string, AssetFile>): string {
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(
    Object.fromEntries(
      sorted.map(([path, { hash, size, contentType }]) => [path, { hash, size, contentType }]),
    ),
  );
}

export function readManifest(text: string): ReadonlyMap<string, AssetFile> {
  return new Map(Object.entries(keptSchema.parse(JSON.parse(text))));
}

const quote = (text: string): string => JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);

const refusal = (why: string): AppError => new AppError('FN_006', `The files can't be taken: ${why}.`);
