// A route's pattern, `host/path`. In the path `:name` is one segment, `*` one as well, and at the end all that is left.

import { z } from 'zod';
import { routeSegmentsMax } from './limits.ts';

const PARAMETER = /^:[A-Za-z_][A-Za-z0-9_]*$/;

export const routePatternSchema = z
  .string()
  .min(1)
  .max(1024)
  .regex(
    /^(\*|(\*\.)?[a-z0-9.-]+(:\d+)?)?\/[^\s?#]*$/,
    'must look like "api.example.com/users/*", "/users/:id" or "/users/*"',
  )
  .superRefine((pattern, context) => {
    const fault = pathFault(pattern.slice(pattern.indexOf('/') + 1).split('/'));
    if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
  });

function pathFault(segments: readonly string[]): string | undefined {
  if (segments.length > routeSegmentsMax)
    return `has ${segments.length} segments, and at most ${routeSegmentsMax} are taken`;
  const within = segments.findIndex((segment, at) => {
    const star = segment.indexOf('*');
    return star >= 0 && segment !== '*' && (at < segments.length - 1 || star < segment.length - 1);
  });
  if (within >= 0)
    return `has "${segments[within]}": "*" stands for a whole segment, or at the very end for all that is left`;
  const names = segments.filter((segment) => PARAMETER.test(segment));
  const twice = names.find((name, at) => names.indexOf(name) < at);
  return twice === undefined ? undefined : `has "${twice}" twice: give each part a name of its own`;
}
