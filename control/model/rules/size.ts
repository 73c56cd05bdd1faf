// Section `size`: how large a request may be, below what the platform takes.

import { z } from 'zod';
import { requestBytesMax, ruleHeaderBytes, ruleHeaderCount, ruleUrlLength } from '../limits.ts';

export const sizeSchema = z
  .strictObject({
    /** Bytes of a body, whether or not its length is said beforehand; 0 takes none. */
    body: z.int().min(0).max(requestBytesMax),
    /** Characters of the path and the query. */
    url: z.int().min(ruleUrlLength.min).max(ruleUrlLength.max),
    /** Characters of all headers, names and values. */
    headers: z.int().min(ruleHeaderBytes.min).max(ruleHeaderBytes.max),
    header_count: z.int().min(ruleHeaderCount.min).max(ruleHeaderCount.max),
  })
  .partial()
  .refine(
    (size) => Object.keys(size).length > 0,
    'is empty: say at least one of body, url, headers, header_count',
  );
export type SizeRules = z.infer<typeof sizeSchema>;
