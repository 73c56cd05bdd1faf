// What `functions init` can make. Each is a folder below templates/, complete as it stands but for the name and
// the runtime.

export interface Template {
  readonly name: string;
  readonly is: string;
  readonly runtime: string;
  /** Why the platform does not serve it yet. */
  readonly notYet?: string;
}

export const TEMPLATES: readonly Template[] = [
  { name: 'javascript', is: 'Request to Response, in JavaScript', runtime: 'nodejs24' },
  { name: 'typescript', is: 'the same in TypeScript', runtime: 'typescript' },
  { name: 'hono', is: 'a Hono app', runtime: 'nodejs24' },
  { name: 'ab', is: 'two variants of a page, and a cookie', runtime: 'nodejs24' },
  { name: 'scheduled', is: 'a job that runs once a day', runtime: 'nodejs24' },
  {
    name: 'python',
    is: 'a handler in Python',
    runtime: 'python3.12',
    notYet:
      'This version of Selvedge does not run Python: the function is made, but it cannot be deployed yet.',
  },
  {
    name: 'go',
    is: 'a handler in Go',
    runtime: 'go1.22',
    notYet: 'This version of Selvedge does not run Go: the function is made, but it cannot be deployed yet.',
  },
];

/** The template that a runtime asks for when none was named. */
export function templateOfRuntime(runtime: string | undefined): string {
  if (runtime === undefined) return 'javascript';
  if (runtime.startsWith('python')) return 'python';
  if (runtime.startsWith('go')) return 'go';
  return runtime === 'typescript' ? 'typescript' : 'javascript';
}
