// An alias: a name of a function's own for one of its versions, with a host of its own.

import { z } from 'zod';
import { versionRefSchema } from './deployment.ts';
import { nameSchema } from './function.ts';
import { PREVIEW_DIGITS } from './ids.ts';

/** `staging` of `hello` answers at `staging-hello`, where eight hex digits are those of a version. */
export const aliasNameSchema = nameSchema.refine(
  (name) => !new RegExp(`^[0-9a-f]{${PREVIEW_DIGITS}}(-|$)`).test(name),
  `must not begin with ${PREVIEW_DIGITS} hex digits, which stand for a version there`,
);

export const setAliasSchema = z.strictObject({ version: versionRefSchema });
