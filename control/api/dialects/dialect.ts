// A dialect: the paths, fields and errors of another system, whose clients are served here as they are. Each
// adapter is held against that system's own document; docs/seeds.md says which test proves what.

import type { AppError } from '../../model/errors.ts';
import type { Platform } from '../../platform/platform.ts';
import type { ApiApp } from '../operation.ts';

export interface Dialect {
  /** As the system is called in our pages. */
  readonly name: string;
  /** Whether a path is the system's, so that every error there, also of no operation, is told as it tells its own. */
  readonly owns: (path: string) => boolean;
  readonly errorResponse: (error: AppError, requestId: string) => Response;
  readonly addTo: (app: ApiApp, platform: Platform) => void;
}
