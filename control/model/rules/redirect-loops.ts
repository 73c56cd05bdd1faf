// Redirects that would send a visitor round in a circle, or on and on.
//
// What each leads to is followed through all of them, as shapes of paths. A shape that is more than `redirectHopsMax`
// away is the end of a chain that is too long, such as that of `/*` to `/v2/*`. A shape that can be come back to is a
// circle, unless the path gets shorter on the way: `/old/*` to `/*` leads from `/old/old/x` to itself, but not for ever.

import { captureNames, type PathPattern, readPathPattern } from '../../../edge/contract/path-pattern.ts';
import { type PathTemplate, readPathTemplate } from '../../../edge/contract/path-template.ts';
import { redirectHopsMax } from '../limits.ts';
import { type Shape, shapeOf, stepsFrom, writeShape } from './redirect-shapes.ts';

/** Shapes that are followed. Rules that people write have a few dozen. */
export const shapesFollowedMax = 1000;

export interface RedirectLoop {
  /** Index of the redirect that the way begins with. */
  readonly at: number;
  readonly message: string;
}

interface Node {
  readonly shape: Shape;
  /** Redirects behind the first, and the shape before. */
  readonly hops: number;
  readonly before: string | undefined;
  readonly rule: number;
}

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly growth: number;
}

/** Takes what has been read without a fault. */
export function findRedirectLoop(
  redirects: readonly { readonly from: string; readonly to: string }[],
): RedirectLoop | undefined {
  const rules = redirects.map(({ from, to }) => {
    const pattern = readPathPattern(from) as PathPattern;
    return { from: pattern, to: readPathTemplate(to, captureNames(pattern)) as PathTemplate };
  });
  const nodes = new Map<string, Node>();
  const edges: Edge[] = [];
  const queue: Node[] = [];
  const visit = (node: Node): void => {
    const key = writeShape(node.shape);
    if (nodes.has(key)) return;
    nodes.set(key, node);
    queue.push(node);
  };
  for (const [rule, { from }] of rules.entries()) {
    visit({ shape: shapeOf(from), hops: 0, before: undefined, rule });
  }
  for (let node = queue.shift(); node; node = queue.shift()) {
    const from = writeShape(node.shape);
    if (node.hops > redirectHopsMax) return tell(node.rule, wayTo(nodes, from));
    if (nodes.size > shapesFollowedMax) return tell(node.rule, ['more ways than can be followed']);
    for (const { shape, growth } of stepsFrom(node.shape, rules)) {
      visit({ shape, hops: node.hops + 1, before: from, rule: node.rule });
      edges.push({ from, to: writeShape(shape), growth });
    }
  }
  const way = findCircle([...nodes.keys()], edges) ?? findLongWay(edges);
  return way && tell(nodes.get(way[0] ?? '')?.rule ?? 0, way);
}

/** Behind `findCircle`: without those that make a path shorter, no steps lead back to where they began. */
function findLongWay(edges: readonly Edge[]): string[] | undefined {
  const ways = new Map<string, readonly string[]>();
  for (let round = 0; round <= redirectHopsMax; round += 1) {
    for (const { from, to, growth } of edges) {
      if (growth < 0) continue;
      const way = [...(ways.get(from) ?? [from]), to];
      if (way.length > redirectHopsMax + 1) return way;
      if (way.length > (ways.get(to)?.length ?? 1)) ways.set(to, way);
    }
  }
  return undefined;
}

function wayTo(nodes: ReadonlyMap<string, Node>, end: string): string[] {
  const way: string[] = [];
  for (let key: string | undefined = end; key !== undefined; key = nodes.get(key)?.before) way.unshift(key);
  return way;
}

/**
 * A way back to where it began on which the path does not get shorter, by the method of Bellman and Ford: a circle is
 * worth something when its growth is not negative, and so a circle that can be gone round for ever is found as one of
 * which each round costs less.
 */
function findCircle(keys: readonly string[], edges: readonly Edge[]): string[] | undefined {
  const cost = new Map(keys.map((key) => [key, 0]));
  const before = new Map<string, string>();
  let last: string | undefined;
  for (let round = 0; round <= keys.length; round += 1) {
    last = undefined;
    for (const { from, to, growth } of edges) {
      const next = (cost.get(from) ?? 0) - growth * (keys.length + 1) - 1;
      if (next >= (cost.get(to) ?? 0)) continue;
      cost.set(to, next);
      before.set(to, from);
      last = to;
    }
    if (last === undefined) return undefined;
  }
  // As many steps back as there are shapes lead into the circle itself.
  let start = String(last);
  for (let step = 0; step < keys.length; step += 1) start = before.get(start) ?? start;
  const circle = [start];
  for (let key = before.get(start); key !== undefined; key = before.get(key)) {
    circle.unshift(key);
    if (key === start) break;
  }
  return circle;
}

const shownMax = 5;

function tell(at: number, way: readonly string[]): RedirectLoop {
  const shown = way.length > shownMax ? [...way.slice(0, shownMax), '...'] : way;
  const message = `leads in a circle, or through more than ${redirectHopsMax} redirects: ${shown.join(' -> ')}. Lead to where the last one ends`;
  return { at, message };
}
