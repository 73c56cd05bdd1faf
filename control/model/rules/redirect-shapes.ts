// Shapes of paths: what all paths have in common that a redirect may lead to. A part `:` may be anything, and `*` at the
// end is any number of parts.

import { isCapture, type PathPattern, partsOfPath, SPLAT } from '../../../edge/contract/path-pattern.ts';
import type { PathTemplate } from '../../../edge/contract/path-template.ts';

export type Shape = readonly string[];
const ANY = ':';
const REST = '*';

export interface ShapeRule {
  readonly from: PathPattern;
  readonly to: PathTemplate;
}

export interface Step {
  readonly shape: Shape;
  /** Parts that the path has more than before; less when it is negative. */
  readonly growth: number;
}

export const writeShape = (shape: Shape): string => `/${shape.join('/')}`;

export const shapeOf = ({ segments, splat }: PathPattern): Shape => [
  ...segments.map((segment) => (isCapture(segment) ? ANY : segment)),
  ...(splat ? [REST] : []),
];

/** Where paths of the shape may be sent by the rules, of which the first that fits wins. */
export function stepsFrom(shape: Shape, rules: readonly ShapeRule[]): Step[] {
  const steps: Step[] = [];
  for (const { from, to } of rules) {
    const met = meet(shape, from);
    if (!met) continue;
    // What is at an address with a host, nobody here knows.
    if (to.origin === '') steps.push({ shape: targetOf(to, met.bound), growth: growthOf(from, to) });
    // The rules behind never see it.
    if (met.whole) break;
  }
  return steps;
}

type Bound = Readonly<Record<string, Shape>>;

/** Undefined when no path of the shape is the pattern's; `whole` when all of them are. */
function meet(shape: Shape, { segments, splat }: PathPattern): { bound: Bound; whole: boolean } | undefined {
  const open = shape.at(-1) === REST;
  const parts = open ? shape.slice(0, -1) : shape;
  if (!splat && parts.length > segments.length) return undefined;
  const bound: Record<string, Shape> = {};
  let whole = splat || !open;
  for (const [at, segment] of segments.entries()) {
    const part = parts[at] ?? (open ? ANY : undefined);
    if (part === undefined) return undefined;
    if (at >= parts.length) whole = false;
    if (isCapture(segment)) {
      if (part === '') return undefined;
      bound[segment.slice(1)] = [part];
    } else if (part === ANY) whole = false;
    else if (part !== segment) return undefined;
  }
  if (splat) bound[SPLAT] = [...parts.slice(segments.length), ...(open ? [REST] : [])];
  return { bound, whole };
}

/** Captures stand as `\0name\0` while a target is cut at its slashes: no path has that character. */
const partsOf = ({ path }: PathTemplate): string[] =>
  path
    .map((part) => (typeof part === 'string' ? part : `\0${part.capture}\0`))
    .join('')
    .slice(1)
    .split('/');

/** A part that is text and a capture, such as `:slug.html`, may be anything. */
function targetOf(to: PathTemplate, bound: Bound): Shape {
  const shape: string[] = [];
  for (const part of partsOf(to)) {
    const capture = /^\0(\w+)\0$/.exec(part)?.[1];
    if (capture !== undefined) shape.push(...(bound[capture] ?? [ANY]));
    else if (part.includes(`\0${SPLAT}\0`)) shape.push(ANY, REST);
    else if (part.includes('\0')) shape.push(ANY);
    else shape.push(...partsOfPath(`/${part}`));
    // What is behind "any number of parts" cannot be told apart from them.
    if (shape.at(-1) === REST) break;
  }
  return shape;
}

function growthOf({ segments, splat }: PathPattern, to: PathTemplate): number {
  const parts = partsOf(to);
  const alone = parts.filter((part) => part === `\0${SPLAT}\0`).length;
  const uses = to.path.filter((part) => typeof part !== 'string' && part.capture === SPLAT).length;
  // What is there twice may be as long as it likes.
  if (splat && uses > 1) return Number.MAX_SAFE_INTEGER / 1e6;
  return parts.length - alone - segments.length;
}
