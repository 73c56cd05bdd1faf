// The step that refuses what is too large, and bounds what does not say how large it is.

import type { SizeEntry } from '../../contract/rules/size.ts';
import { PlatformError } from '../../dispatch/platform-error.ts';
import { splitUrl } from '../../route/split-url.ts';
import type { Step, StepMaker } from '../step.ts';
import { faultOfSize } from './fault-of-size.ts';

export const sizeStep: StepMaker = { name: 'size', prepare: ({ size }) => size && keepSize(size) };

function keepSize(size: SizeEntry): Step {
  return (visit) => {
    const { request, trace } = visit;
    const { path, query } = splitUrl(request.url);
    const fault = faultOfSize(size, path + query, request.headers);
    trace.note('size', fault ? `refused: ${fault.message}` : 'within its limits', { ...size });
    if (fault) throw new PlatformError('FN_006', fault.status, fault.message);
    visit.bodyBytesMax = size.bodyBytesMax;
    return undefined;
  };
}
