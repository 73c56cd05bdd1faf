// The schemas of a pattern and of what it leads to. They stay text, as people wrote them; the table has them cut up.

import { z } from 'zod';
import { readPathPattern } from '../../../edge/contract/path-pattern.ts';
import { ruleTextLengthMax } from '../limits.ts';
import { shown } from './shown.ts';

export const pathPatternSchema = z
  .string()
  .max(ruleTextLengthMax)
  .superRefine((text, context) => {
    const read = readPathPattern(text);
    if (typeof read === 'string')
      context.addIssue({ code: 'custom', message: `is ${shown(text)}: it ${read}` });
  });

/** Whether it goes with its pattern is said where both are known. */
export const pathTemplateSchema = z.string().min(1).max(ruleTextLengthMax);
