// Section `size`: how large a request may be, below what the platform takes.

import { z } from 'zod';
import { requestBytesMax, ruleHeaderBytesMin, ruleUrlLengthMin } from '../limits.ts';

export const sizeSchema = z
  .strictObject({
    /** Bytes of a body, whether or not its length is said beforehand; 0 takes none. */
    body: z.int().min(0).max(requestBytesMax),
    /** Characters of the path and the query. */
    url: z.int().min(ruleUrlLengthMin).max(65_534),
    /** Characters of all headers, names and values. */
    headers: z.int().min(ruleHeaderBytesMin).max(1024 * 1024),
    header_count: z.int().min(1).max(10_000),
  })
  .partial()
  .refine((size) => Object.keys(size).length > 0, 'is empty: say at least one of body, url, headers, header_count');
export type SizeRules = z.infer<typeof sizeSchema>;
