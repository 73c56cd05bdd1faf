// The control API's front door: what happens to each request, in order.

import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { ERROR_HEADER } from '../../edge/contract/names.ts';
import { AppError } from '../model/errors.ts';
import type { Platform } from '../platform/platform.ts';
import { AccessRules } from './access-rules.ts';
import { addAliases } from './aliases.ts';
import { addSecurityHeaders, identifyRequest } from './answer-headers.ts';
import type { ApiEnv } from './api-env.ts';
import { addApiKeys } from './api-keys.ts';
import { addAssets } from './assets.ts';
import { addAudit } from './audit.ts';
import { type ApiAuth, authenticate } from './auth.ts';
import { readBody } from './body.ts';
import { addCache } from './cache.ts';
import { addCertificates } from './certificates.ts';
import { addDeployments } from './deployments.ts';
import { addDialects, errorShapeAt } from './dialects/dialects.ts';
import { addDocsPage } from './docs-page.ts';
import { addEnv } from './env.ts';
import { addEnvironments } from './environments.ts';
import { type ApiLog, errorResponse, toAppError } from './error-response.ts';
import { addExperiments } from './experiments.ts';
import { addExplain } from './explain.ts';
import { addFunctions } from './functions.ts';
import { addGeo } from './geo.ts';
import { type IdempotencyStore, replayIdempotent } from './idempotency.ts';
import { addInvoke } from './invoke.ts';
import { addKeys } from './keys.ts';
import { addLogs } from './logs.ts';
import { addMount } from './mount.ts';
import { addOAuth } from './oauth/oauth.ts';
import { addOpenApiDocument } from './openapi.ts';
import { type ApiApp, addressOf } from './operation.ts';
import { addOverlay } from './overlay.ts';
import { addProjects } from './projects.ts';
import { addPromote } from './promote.ts';
import { addRateLimits } from './rate-limits.ts';
import { addRegions } from './regions.ts';
import { addRollouts } from './rollouts.ts';
import { addSchedules } from './schedules.ts';
import { addSecrets } from './secrets.ts';
import { addShadow } from './shadow.ts';
import { addSignedUrls } from './signed-urls.ts';
import { addSystem } from './system.ts';
import { addVersions } from './versions.ts';

export interface ApiOptions {
  readonly platform: Platform;
  readonly auth: ApiAuth;
  readonly idempotency: IdempotencyStore;
  readonly log: ApiLog;
  /** Version of Selvedge, for the OpenAPI document. */
  readonly version: string;
}

export function createApi({ platform, auth, idempotency, log, version }: ApiOptions): ApiApp {
  const rules = new AccessRules();
  const app: ApiApp = Object.assign(new OpenAPIHono<ApiEnv>({ strict: false }), { rules });

  app.use(identifyRequest);
  app.use(addSecurityHeaders);
  app.use(authenticate(auth, platform));
  app.use(methodNotAllowed({ app, onMethodNotAllowed: wrongMethod }));
  app.use(rules.enforce);
  app.use(readBody);
  app.use(replayIdempotent(idempotency, log));

  addFunctions(app, platform);
  addInvoke(app, platform);
  addLogs(app, platform, log);
  addEnv(app, platform);
  addAssets(app, platform);
  addSecrets(app, platform);
  addVersions(app, platform);
  addPromote(app, platform);
  addProjects(app, platform);
  addEnvironments(app, platform);
  addOverlay(app, platform);
  addDeployments(app, platform);
  addRollouts(app, platform);
  addAliases(app, platform);
  addCache(app, platform);
  addSchedules(app, platform);
  addRateLimits(app, platform);
  addShadow(app, platform);
  addExperiments(app, platform);
  addExplain(app, platform);
  addKeys(app, platform);
  addRegions(app, platform);
  addCertificates(app, platform);
  addApiKeys(app, platform);
  addSignedUrls(app, platform);
  addAudit(app, platform);
  addGeo(app, platform);
  addSystem(app, platform);
  addDialects(app, platform);
  addOAuth(app, platform, auth);
  addMount(app, platform);

  const document = addOpenApiDocument(app, version);
  addDocsPage(app, document);
  app.get('/', () =>
    Response.json({
      name: 'Selvedge control API',
      docs: '/docs',
      openapi: '/openapi.json',
      health: '/health',
    }),
  );

  app.notFound((c) =>
    errorResponse(
      new AppError('FN_001', `There is no "${shortened(c.req.path)}" here: /docs lists what there is.`),
      c.get('requestId'),
      errorShapeAt(c.req.path),
    ),
  );
  app.onError((thrown, c) => {
    const requestId = c.get('requestId');
    const error = toAppError(thrown, requestId, log);
    if (error.code === 'FN_009') {
      platform.noteRefusal({
        actor: c.get('actor') ?? null,
        ...{ requestId, address: addressOf(c) },
        status: error.details.status === 401 ? 401 : 403,
        operation: rules.of(c)?.operation ?? null,
      });
    }
    return errorResponse(error, requestId, errorShapeAt(c.req.path));
  });
  return app;
}

function wrongMethod(c: Context<ApiEnv>, methods: readonly string[]): Response {
  const allow = methods.join(', ');
  // Hono found nothing before it looked for other methods, and keeps the headers of that answer.
  c.res.headers.delete(ERROR_HEADER);
  const response = errorResponse(
    new AppError(
      'FN_006',
      `${shortened(c.req.method)} is not a method of "${shortened(c.req.path)}": it takes ${allow}. See /docs.`,
      { status: 405 },
    ),
    c.get('requestId'),
    errorShapeAt(c.req.path),
  );
  response.headers.set('allow', allow);
  return response;
}

const shortened = (text: string): string => text.slice(0, 200);
