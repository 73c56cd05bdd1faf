// Cloudflare's own workers for static assets, as Miniflare carries them built. `edge-bundle.ts` knows where they are.

declare module 'asset-worker' {
  import { WorkerEntrypoint } from 'cloudflare:workers';

  /** Looks a path up, handles HTML, redirects, headers and what is not found. Its two methods find and read assets. */
  export class AssetWorkerInner extends WorkerEntrypoint<never> {
    constructor(ctx: ExecutionContext, env: object);
    override fetch(request: Request): Promise<Response>;
    /** The ETag of the asset at a path, decoded and with a leading slash. */
    unstable_exists(pathname: string, request?: Request): Promise<string | null>;
    unstable_getByETag(eTag: string, request?: Request): Promise<FoundAsset>;
  }

  export interface FoundAsset {
    readonly readableStream: ReadableStream;
    readonly contentType: string | undefined;
    /** Becomes `CF-Cache-Status`. */
    readonly cacheStatus: 'HIT' | 'MISS';
  }
}

declare module 'router-worker' {
  import { WorkerEntrypoint } from 'cloudflare:workers';

  /** Decides whether a request is for an asset or for the user's worker. */
  export class RouterInnerEntrypoint extends WorkerEntrypoint<never> {
    constructor(ctx: ExecutionContext, env: object);
    override fetch(request: Request): Promise<Response>;
  }
}
