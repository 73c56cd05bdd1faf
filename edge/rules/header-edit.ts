// Changes of headers that steps ask for, made in the order in which they came.

export interface HeaderEdit {
  readonly op: 'set' | 'append' | 'remove';
  readonly name: string;
  /** Absent for `remove`. */
  readonly value?: string;
  /** Of an answer: only with these statuses, first and last of each range in turn. */
  readonly statuses?: readonly number[];
}

export function editHeaders(headers: Headers, edits: readonly HeaderEdit[]): void {
  for (const { op, name, value = '' } of edits) {
    if (op === 'set') headers.set(name, value);
    else if (op === 'append') headers.append(name, value);
    else headers.delete(name);
  }
}

/** The response itself when there is nothing to change. */
export function withHeaders(response: Response, edits: readonly HeaderEdit[]): Response {
  if (edits.length === 0) return response;
  const edited = new Response(response.body, response);
  editHeaders(
    edited.headers,
    edits.filter(({ statuses }) => statuses === undefined || isWithin(statuses, response.status)),
  );
  return edited;
}

const isWithin = (ranges: readonly number[], status: number): boolean =>
  ranges.some((first, at) => at % 2 === 0 && status >= first && status <= (ranges[at + 1] ?? first));
