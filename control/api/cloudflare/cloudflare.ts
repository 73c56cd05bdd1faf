// Cloudflare's API v4, as far as wrangler asks for it: `CLOUDFLARE_API_BASE_URL=http://127.0.0.1:9000/client/v4`.
//
// A dialect with more paths than the others, hence a folder: one file a resource, each a thin layer over the
// platform. docs/wrangler.md says what works, what differs and what is refused; docs/design/wrangler.md why.

import type { Platform } from '../../platform/platform.ts';
import type { Dialect } from '../dialects/dialects.ts';
import type { ApiApp } from '../operation.ts';
import { addAccounts } from './accounts.ts';
import { BASE } from './add-endpoint.ts';
import { addAssetsUpload } from './assets-upload.ts';
import { cloudflareErrorShape } from './envelope.ts';

function add(app: ApiApp, platform: Platform): void {
  addAccounts(app, platform);
  addAssetsUpload(app, platform);
}

export const cloudflare: Dialect = {
  owns: (path) => path === BASE || path.startsWith(`${BASE}/`),
  errorShape: cloudflareErrorShape,
  add,
};
