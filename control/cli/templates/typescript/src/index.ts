interface Greeting {
  readonly message: string;
  readonly path: string;
}

/** Takes a standard Request and answers with a standard Response. */
export async function handler(request: Request): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  const data: { name?: string } =
    request.method === 'POST' ? await request.json() : Object.fromEntries(searchParams);
  const name = data.name ?? 'world';
  console.log('greeting', name);
  const greeting: Greeting = { message: `Hello, ${name}!`, path: pathname };
  return Response.json(greeting);
}
