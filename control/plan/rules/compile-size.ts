// Sizes as the router has them.

import type { SizeEntry } from '../../../edge/contract/rules/size.ts';
import type { SizeRules } from '../../model/rules/size.ts';

export const compileSize = ({ body, url, headers, header_count }: SizeRules): SizeEntry => ({
  ...(body !== undefined && { bodyBytesMax: body }),
  ...(url !== undefined && { urlLengthMax: url }),
  ...(headers !== undefined && { headerBytesMax: headers }),
  ...(header_count !== undefined && { headerCountMax: header_count }),
});
