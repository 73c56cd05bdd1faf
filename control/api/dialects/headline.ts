// What a handler threw, as a console shows it first: "ReferenceError: foo is not defined". Our own error has the
// message alone; the name is in the stack, which not everybody may see.

export function headlineOf({
  message,
  stack,
}: {
  readonly message: string;
  readonly stack?: string;
}): string {
  const head = stack?.split('\n    at ')[0];
  return head?.includes(message) ? head : message;
}
