// The router without a control: on Cloudflare, under `wrangler dev`, or as a function of another Selvedge. It is the
// front's own pipeline; only what stands behind it is another. See docs/router-on-cloudflare.md.

import type { RouterEnv } from './env.ts';
import router from './router.worker.ts';
import { SettingsFault } from './standalone/router-settings.ts';
import { staticEnv } from './standalone/static-env.ts';

let made: RouterEnv | undefined;

export default {
  async fetch(request, env, ctx): Promise<Response> {
    try {
      made ??= staticEnv(env);
    } catch (error) {
      if (!(error instanceof SettingsFault)) throw error;
      // Whoever sets it up sees it at the first request, and there is no secret in it.
      return Response.json({ error: { code: 'SYS_001', message: error.message } }, { status: 500 });
    }
    return router.fetch(request, made, ctx);
  },
} satisfies ExportedHandler<Readonly<Record<string, unknown>>>;
