// `npm run docs:api`: writes docs/api-reference.md.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeApi } from './describe-api.ts';
import { renderApiReference } from './render-api-reference.ts';

writeFileSync(join(import.meta.dirname, '../docs/api-reference.md'), renderApiReference(await describeApi()));
