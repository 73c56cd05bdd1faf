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
import { addDeployments } from './deployments.ts';
import { cloudflareErrorShape } from './envelope.ts';
import { uploadBytesMax } from './read-upload.ts';
import { addRoutes } from './routes.ts';
import { addSchedules } from './schedules.ts';
import { addScripts } from './scripts.ts';
import { addSecrets } from './secrets.ts';
import { addStorage } from './storage.ts';
import { addSubdomain } from './subdomain.ts';
import { addTails } from './tails.ts';
import { addVersions } from './versions.ts';

function add(app: ApiApp, platform: Platform): void {
  addAccounts(app, platform);
  addAssetsUpload(app, platform);
  addScripts(app, platform);
  addSubdomain(app, platform);
  addVersions(app, platform);
  addDeployments(app, platform);
  addSecrets(app, platform);
  addRoutes(app, platform);
  addSchedules(app, platform);
  addStorage(app, platform);
  addTails(app, platform);
}

/** Where modules are sent. */
const UPLOADS = /\/scripts\/[^/]+(\/versions)?$/;

export const cloudflare: Dialect = {
  owns: (path) => path === BASE || path.startsWith(`${BASE}/`),
  errorShape: cloudflareErrorShape,
  bodyBytesMax: (path) => (UPLOADS.test(path) ? uploadBytesMax : undefined),
  add,
};
