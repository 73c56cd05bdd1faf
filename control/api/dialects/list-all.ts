// All functions of a project: the dialects know no pages.

import type { Caller } from '../../model/access.ts';
import { pageSize } from '../../model/limits.ts';
import type { FunctionView, Platform } from '../../platform/platform.ts';

export async function listAll(platform: Platform, by: Caller, project: string): Promise<FunctionView[]> {
  const all: FunctionView[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await platform.listFunctions(by, { project, limit: pageSize.max, cursor });
    all.push(...page.items);
    if (page.cursor === null) return all;
    cursor = page.cursor;
  }
}
