// Which headers rules may change. Those that frame a message, that say who a client is, or that are the platform's
// own are nobody's to change: a request would be read as another one than was sent, or a function would believe a rule what it
// believes the platform.

const FRAMING = [
  ...[
    'connection',
    'content-length',
    'content-encoding',
    'keep-alive',
    'proxy-authenticate',
    'proxy-connection',
  ],
  ...['proxy-authorization', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'expect', 'http2-settings'],
];
const OF_REQUESTS = [
  ...['host', 'forwarded', 'x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'x-real-ip'],
  ...['cf-connecting-ip', 'content-range', 'sec-websocket-key', 'sec-websocket-version'],
];
const OF_ANSWERS = [
  'content-range',
  'sec-websocket-accept',
  'sec-websocket-protocol',
  'sec-websocket-extensions',
];

export type HeaderSide = 'request' | 'response';

/** What is wrong with changing it, to be read after "... is ...: it". */
export function faultOfHeader(
  side: HeaderSide,
  op: 'set' | 'append' | 'remove',
  given: string,
): string | undefined {
  const name = given.toLowerCase();
  if (name.startsWith('x-selvedge-') || name === 'x-request-id' || name === 'cf-blob')
    return "is the platform's own";
  if (FRAMING.includes(name)) return 'says how the message is to be read, and is set by what sends it';
  if (side === 'request' && OF_REQUESTS.includes(name))
    return 'says whom the request is for or from, and is set by the platform';
  if (side === 'response' && OF_ANSWERS.includes(name))
    return 'says how the message is to be read, and is set by what sends it';
  if (side === 'response' && name === 'set-cookie' && op === 'set') {
    return "would take the function's cookies away: append it, or remove them all";
  }
  return undefined;
}
