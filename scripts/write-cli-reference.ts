// `npm run docs:cli`: writes docs/cli.md.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderCliReference } from './render-cli-reference.ts';

writeFileSync(join(import.meta.dirname, '../docs/cli.md'), renderCliReference());
