// All dialects, and which of them a path speaks.

import type { AppError } from '../../model/errors.ts';
import type { Platform } from '../../platform/platform.ts';
import { errorResponse } from '../error-response.ts';
import type { ApiApp } from '../operation.ts';
import type { Dialect } from './dialect.ts';

const DIALECTS: readonly Dialect[] = [];

export function addDialects(app: ApiApp, platform: Platform): void {
  for (const dialect of DIALECTS) dialect.addTo(app, platform);
}

/** The last step of a failed request, in the words of the system whose path it is. */
export function errorResponseAt(path: string, error: AppError, requestId: string): Response {
  const dialect = DIALECTS.find(({ owns }) => owns(path));
  return dialect ? dialect.errorResponse(error, requestId) : errorResponse(error, requestId);
}
