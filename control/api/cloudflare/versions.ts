// Versions of a Worker: uploading one, listing and showing them.

import { z } from 'zod';
import { may } from '../../model/access.ts';
import { aliasNameSchema } from '../../model/alias.ts';
import { PREVIEW_DIGITS } from '../../model/ids.ts';
import { pageSize } from '../../model/limits.ts';
import { check } from '../../model/validation-message.ts';
import type { Platform } from '../../platform/platform.ts';
import type { ApiApp } from '../operation.ts';
import { addEndpoint } from './add-endpoint.ts';
import { deployWorker } from './deploy-worker.ts';
import { answer } from './envelope.ts';
import { findVersion } from './find-version.ts';
import { findWorker, workerRef } from './find-worker.ts';
import { startupTime } from './printed-address.ts';
import { readUpload } from './read-upload.ts';
import { SCRIPT } from './scripts.ts';
import { readMetadata } from './upload-metadata.ts';
import { versionJson } from './worker-json.ts';

const aliasSchema = z.strictObject({ alias: aliasNameSchema });

export function addVersions(app: ApiApp, platform: Platform): void {
  addEndpoint(
    app,
    { name: 'uploadVersion', method: 'post', path: `${SCRIPT}/versions`, access: 'change' },
    async (call) => {
      const startedAt = performance.now();
      const { record, urls } = await findWorker(platform, call);
      const upload = await readUpload(call.bytes(), call.header('content-type'));
      const ref = await workerRef(platform, call);
      const given = readMetadata(upload.metadata).annotations?.['workers/alias'];
      const alias = given === undefined ? undefined : check(aliasSchema, { alias: given }, 'body').alias;
      const { version } = await deployWorker(platform, { by: call.by, ref, record, upload, deploy: false });
      if (!version) throw new Error('an upload makes a version');
      if (alias !== undefined) await platform.setAlias(call.by, { idOrName: record.id }, alias, version.id);
      const [url] = urls;
      const others =
        url === undefined
          ? []
          : [version.id.slice(0, PREVIEW_DIGITS), alias].filter((label) => label !== undefined);
      return answer({
        ...versionJson(version, true),
        startup_time_ms: startupTime(call, startedAt, url, others),
      });
    },
  );

  addEndpoint(
    app,
    { name: 'listVersions', method: 'get', path: `${SCRIPT}/versions`, access: 'read' },
    async (call) => {
      const { record } = await findWorker(platform, call);
      // wrangler asks for what can be deployed, which all are, and shows ten.
      const { items, cursor } = await platform.listVersions(
        call.by,
        { idOrName: record.id },
        { limit: pageSize.default },
      );
      const shows = may(call.by.actor.role, 'read_source');
      const last = cursor === null ? items.length : undefined;
      return answer(
        { items: items.map((version, index) => versionJson(version, shows, last && last - index)) },
        { page: 1, per_page: pageSize.default, count: items.length, total_count: items.length },
      );
    },
  );

  addEndpoint(
    app,
    { name: 'getVersion', method: 'get', path: `${SCRIPT}/versions/:version`, access: 'read' },
    async (call) => {
      const { record } = await findWorker(platform, call);
      const version = await findVersion(platform, call, record.id, call.param('version'));
      return answer(versionJson(version, may(call.by.actor.role, 'read_source')));
    },
  );
}
