// The value of an expression that can be told without running it: literals, and what is made of them.

import type { AnyNode } from 'acorn';

/** What is nested deeper is not looked at. */
const depthMax = 100;

/** Undefined for one that cannot be told. */
export function staticValue(node: AnyNode | null | undefined, depth = 0): unknown {
  if (depth > depthMax) return undefined;
  const inner = (child: AnyNode | null | undefined): unknown => staticValue(child, depth + 1);
  switch (node?.type) {
    case 'Literal':
      return node.value instanceof RegExp || typeof node.value === 'bigint' ? undefined : node.value;
    case 'TemplateLiteral':
      return node.expressions.length === 0 ? (node.quasis[0]?.value.cooked ?? undefined) : undefined;
    case 'ParenthesizedExpression':
      return inner(node.expression);
    case 'UnaryExpression':
      return unary(node.operator, inner(node.argument));
    case 'BinaryExpression':
      return binary(node.operator, inner(node.left as AnyNode), inner(node.right));
    case 'ArrayExpression': {
      const values = node.elements.map((element) => inner(element as AnyNode | null));
      return values.includes(undefined) ? undefined : values;
    }
    case 'ObjectExpression':
      return objectValue(node, inner);
    default:
      return undefined;
  }
}

/** The names of an object literal whose values cannot be told are left out; the others are there. */
function objectValue(
  node: Extract<AnyNode, { type: 'ObjectExpression' }>,
  inner: (node: AnyNode) => unknown,
): Record<string, unknown> {
  const entries = node.properties.flatMap((property): [string, unknown][] => {
    if (property.type !== 'Property' || property.computed) return [];
    const { key } = property;
    const name =
      key.type === 'Identifier' ? key.name : key.type === 'Literal' ? String(key.value) : undefined;
    const value = inner(property.value as AnyNode);
    return name === undefined || value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(entries);
}

function unary(operator: string, value: unknown): unknown {
  if (operator === '!' && value !== undefined) return !value;
  if (typeof value !== 'number') return undefined;
  return operator === '-' ? -value : operator === '+' ? value : undefined;
}

/** `30 * 1000`, as durations are often written. */
function binary(operator: string, left: unknown, right: unknown): unknown {
  if (typeof left !== 'number' || typeof right !== 'number') return undefined;
  switch (operator) {
    case '*':
      return left * right;
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '/':
      return left / right;
    default:
      return undefined;
  }
}
