// /functions/{id}/assets: static files, for programs that are not wrangler. All files of a version are announced, the
// answer names those that are missing, each is sent as it is, and the token goes into the function's `assets`.

import { z } from '@hono/zod-openapi';
import type { Caller } from '../model/access.ts';
import { assetHashSchema } from '../model/asset-manifest.ts';
import type { AssetsConfig, VersionAssets } from '../model/assets.ts';
import { AppError } from '../model/errors.ts';
import { nameSchema } from '../model/function.ts';
import type { AssetsOwner, FunctionRef, Platform, UploadedFile } from '../platform/platform.ts';
import { functionParams, functionRef } from './function-ref.ts';
import { type ApiApp, addOperation, addRoute } from './operation.ts';
import { projectQuery } from './query.ts';
import { uploadBody } from './upload-body.ts';

const projectOnly = z.strictObject(projectQuery);
/** On each upload: what the announcement answered. */
const TOKEN_HEADER = 'upload-token';

const announcementSchema = z
  .strictObject({
    files: z.record(z.string(), z.unknown()).openapi({
      description:
        'By path, `{hash, size}`: the first 32 hex digits of BLAKE3 of the content in base64 and the extension without its dot.',
    }),
  })
  .openapi('AnnounceAssets');

const announcedSchema = z.strictObject({
  token: z
    .string()
    .openapi({ description: 'For the uploads, and for `assets` of the function. Good for an hour.' }),
  missing: z.array(z.string()).openapi({ description: 'Hashes of the files to send.' }),
});
export type AnnouncedAssets = z.output<typeof announcedSchema>;

export interface UploadedAsset {
  /** No file is missing any more. */
  readonly complete: boolean;
}

const exampleHash = '8a5edab282632443219e051e4ade2d1d';

export function addAssets(app: ApiApp, platform: Platform): void {
  addOperation(
    app,
    {
      name: 'announceAssets',
      method: 'post',
      path: '/functions/{id}/assets',
      access: 'change',
      tag: 'Functions',
      summary: 'Announce static files',
      description:
        'All that a version is to have. The function need not exist yet, if it is named by its name. Those that are missing are sent by `PUT /functions/{id}/assets/{hash}`, each as it is, with its content type and the token as the header `upload-token`; then the token goes into `assets` of the function. See docs/assets.md.',
      params: functionParams,
      query: projectOnly,
      body: {
        schema: announcementSchema,
        required: true,
        example: { files: { '/index.html': { hash: exampleHash, size: 12 } } },
      },
      answers: [
        {
          ...{ status: 200, means: 'What to send, and with which token.', schema: announcedSchema },
          example: { token: 'eyJhbGciOiJIUzI1NiJ9.…', missing: [exampleHash] },
        },
      ],
      errors: ['SYS_002'],
    },
    async (call) => {
      const owner = await assetsOwner(platform, call.by, functionRef(call));
      const { token, buckets } = await platform.announceAssets(call.by, owner, call.body.files);
      return Response.json({ token, missing: buckets.flat() });
    },
  );

  // Its body is bytes and its token a header, neither of which an operation can have: docs/assets.md describes it.
  addRoute(
    app,
    {
      ...{ name: 'uploadAsset', method: 'put', path: '/functions/{id}/assets/{hash}', access: 'change' },
      query: projectOnly,
    },
    async (call, c) => {
      const token = c.req.header(TOKEN_HEADER);
      if (token === undefined)
        throw new AppError(
          'FN_006',
          `A file is sent with the token of its announcement: put it into the header "${TOKEN_HEADER}".`,
        );
      const hash = assetHashSchema.safeParse(call.param('hash'));
      if (!hash.success) throw new AppError('FN_006', `The hash ${hash.error.issues[0]?.message}.`);
      const file: UploadedFile = {
        hash: hash.data,
        contentType: c.req.header('content-type') ?? null,
        encoding: 'raw',
        content: uploadBody(c),
      };
      const received = await platform.receiveAssets(token, only(file), call.by);
      return Response.json({ complete: received.token !== null } satisfies UploadedAsset);
    },
  );
}

/** What a body's `assets` means: undefined leaves the files as they are, null takes them away. */
export async function settledAssets(
  platform: Platform,
  by: Caller,
  owner: () => Promise<AssetsOwner> | AssetsOwner,
  given: (AssetsConfig & { readonly token: string }) | null | undefined,
): Promise<{ readonly assets?: VersionAssets | null }> {
  if (given === undefined) return {};
  if (given === null) return { assets: null };
  const { token, ...config } = given;
  return { assets: await platform.settleAssets(by, await owner(), token, config) };
}

/** By its name where there is no function of it yet. */
export async function assetsOwner(platform: Platform, by: Caller, ref: FunctionRef): Promise<AssetsOwner> {
  try {
    const { record } = await platform.getFunction(by, ref);
    return { project: record.project, function: record.name };
  } catch (error) {
    const isName = nameSchema.safeParse(ref.idOrName).success && !ref.idOrName.startsWith('fn_');
    if (!(error instanceof AppError && error.code === 'FN_001' && isName)) throw error;
    return { project: ref.project ?? 'default', function: ref.idOrName };
  }
}

async function* only(file: UploadedFile): AsyncGenerator<UploadedFile> {
  yield file;
}
