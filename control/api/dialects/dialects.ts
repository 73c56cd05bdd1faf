// The dialects: the URLs of other systems, so that their users can come with their calls as they are. Each is one
// file that can be held against its document in docs/seeds.md; what they share with each other is here.

import { requestBytesMax } from '../../model/limits.ts';
import type { Platform } from '../../platform/platform.ts';
import { cloudflare } from '../cloudflare/cloudflare.ts';
import type { ErrorShape } from '../error-response.ts';
import type { ApiApp } from '../operation.ts';
import { baas } from './baas.ts';
import { cloudBox } from './cloudbox.ts';
import { functionsService } from './functions-service.ts';
import { nqrust } from './nqrust.ts';

export interface Dialect {
  /** Whether a path is one of its URLs, be it one that there is not: its errors have the dialect's shape. */
  readonly owns: (path: string) => boolean;
  readonly errorShape: ErrorShape;
  /** Of a body at one of them, where it is more than the control API's own limit. */
  readonly bodyBytesMax?: (path: string) => number | undefined;
  readonly add: (app: ApiApp, platform: Platform) => void;
}

const DIALECTS: readonly Dialect[] = [cloudBox, functionsService, nqrust, baas, cloudflare];

export function addDialects(app: ApiApp, platform: Platform): void {
  for (const dialect of DIALECTS) dialect.add(app, platform);
}

export const bodyBytesMaxAt = (path: string): number =>
  DIALECTS.find((dialect) => dialect.owns(path))?.bodyBytesMax?.(path) ?? requestBytesMax;

/** Undefined for a path of the control API itself. */
export const errorShapeAt = (path: string): ErrorShape | undefined =>
  DIALECTS.find((dialect) => dialect.owns(path))?.errorShape;
