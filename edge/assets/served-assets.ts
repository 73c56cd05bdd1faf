// The assets of one version: Cloudflare's asset worker over our manifest and our blobs.
//
// It finds an asset by a look into a map, where Cloudflare's own hashes the path and searches a binary manifest, several
// times a request; and it opens no file whose bytes nobody will see.

import { AssetWorkerInner, type FoundAsset } from 'asset-worker';
import type { AssetEntry } from '../contract/assets.ts';
import type { AssetsEnv } from '../env.ts';

interface Found {
  readonly hash: string;
  readonly contentType: string | undefined;
}

/** Made once for an isolate: the manifest never changes. */
export class AssetIndex {
  readonly #byPath = new Map<string, Found>();
  readonly #byHash = new Map<string, Found>();

  constructor(entries: readonly AssetEntry[]) {
    for (const [path, hash, contentType] of entries) {
      const found = { hash, contentType: contentType ?? undefined };
      this.#byPath.set(path, found);
      this.#byHash.set(hash, found);
    }
  }

  hashAt(path: string): string | null {
    return this.#byPath.get(path)?.hash ?? null;
  }

  typeOf(hash: string): string | undefined {
    return this.#byHash.get(hash)?.contentType;
  }
}

export class ServedAssets extends AssetWorkerInner {
  readonly #index: AssetIndex;
  readonly #blobs: Fetcher;

  constructor(ctx: ExecutionContext, env: AssetsEnv, index: AssetIndex) {
    super(ctx, { CONFIG: env.CONFIG.assets });
    this.#index = index;
    this.#blobs = env.BLOBS;
  }

  override async unstable_exists(pathname: string): Promise<string | null> {
    return this.#index.hashAt(pathname);
  }

  override async unstable_getByETag(hash: string, request?: Request): Promise<FoundAsset> {
    const contentType = this.#index.typeOf(hash);
    const readableStream = bodyMatters(hash, request) ? await this.#read(hash) : nothing();
    return { readableStream, contentType, cacheStatus: 'HIT' };
  }

  async #read(hash: string): Promise<ReadableStream> {
    const response = await this.#blobs.fetch(`http://blobs/${hash}`);
    if (response.status === 200 && response.body) return response.body;
    throw new Error(`The asset ${hash} is in the version's manifest, and its bytes are not there.`);
  }
}

/** Not of a HEAD, nor where the client has the asset already. */
function bodyMatters(hash: string, request: Request | undefined): boolean {
  if (!request) return true;
  if (request.method === 'HEAD') return false;
  const known = request.headers.get('if-none-match');
  return known !== `"${hash}"` && known !== `W/"${hash}"`;
}

const nothing = (): ReadableStream => new ReadableStream({ start: (controller) => controller.close() });
