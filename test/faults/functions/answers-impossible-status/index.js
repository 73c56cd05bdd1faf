let turn = 0;

export async function handler(event) {
  if ('ok' in (event.queryStringParameters ?? event.query ?? {})) return { statusCode: 200, body: 'ok' };
  const statuses = [0, -1, 99, 101, 1000, 1e9, Number.NaN, '200; x-injected: 1'];
  turn += 1;
  return { statusCode: statuses[turn % statuses.length], body: 'answered' };
}
