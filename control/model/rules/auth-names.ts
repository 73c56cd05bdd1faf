// Names in rules about tokens: of headers, cookies, parameters and claims.

import { z } from 'zod';

/** In lower case, as the router compares it. */
export const headerNameSchema = z
  .string()
  .max(100)
  .regex(/^[a-z0-9!#$%&'*+.^_`|~-]+$/, 'must be the name of a header, in lower case')
  .refine((name) => !name.startsWith('x-selvedge-'), 'is a name of the platform');

export const cookieNameSchema = z
  .string()
  .max(100)
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'must be the name of a cookie');

export const parameterNameSchema = z
  .string()
  .max(100)
  .regex(/^[A-Za-z0-9_.~-]+$/, 'must be the name of a parameter: letters, digits, _ . ~ -');

/** A claim's name, or a path to one within others: `realm_access.roles`, or a list where names have dots. */
export const claimPathSchema = z.union([
  z.string().min(1).max(200),
  z.array(z.string().min(1).max(200)).min(1).max(10),
]);
