// Section `ip`: which addresses may come, v4 and v6. Who is on both lists is denied.

import { z } from 'zod';
import { isWrittenByItsFirst, readNetwork } from '../../../edge/contract/ip-address.ts';
import { ipNetworksMax } from '../limits.ts';
import { shown } from './shown.ts';

export const networkSchema = z
  .string()
  .max(64)
  .superRefine((text, context) => {
    const refuse = (message: string): void => context.addIssue({ code: 'custom', message });
    const range = readNetwork(text);
    if (!range) {
      return refuse(
        `is ${shown(text)}: it must be an address or a network such as 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32`,
      );
    }
    if (!isWrittenByItsFirst(text, range)) {
      refuse(
        `is ${shown(text)}, which has bits behind its prefix: write the first address of the network, or the one address without a prefix`,
      );
    }
  });

const networksSchema = z
  .array(networkSchema)
  .min(1, 'is empty: leave it out, as a list that names nobody lets nobody in or keeps nobody out')
  .max(ipNetworksMax);

export const ipSchema = z
  .strictObject({
    /** Nobody else may come. */
    allow: networksSchema.optional(),
    /** They may not, whatever `allow` says. */
    deny: networksSchema.optional(),
  })
  .refine(({ allow, deny }) => allow !== undefined || deny !== undefined, 'needs "allow", "deny" or both');
export type IpRules = z.infer<typeof ipSchema>;
