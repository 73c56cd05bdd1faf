export async function handler(event) {
  if ('ok' in (event.queryStringParameters ?? event.query ?? {})) return { statusCode: 200, body: 'ok' };
  return {
    toJSON() {
      for (;;);
    },
  };
}
