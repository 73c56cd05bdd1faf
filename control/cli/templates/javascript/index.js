// Takes a standard Request and answers with a standard Response.
export async function handler(request) {
  const { pathname, searchParams } = new URL(request.url);
  const data = request.method === 'POST' ? await request.json() : Object.fromEntries(searchParams);
  const name = data.name ?? 'world';
  console.log('greeting', name);
  return Response.json({ message: `Hello, ${name}!`, path: pathname });
}
