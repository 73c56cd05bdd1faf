// A web socket between client and instance. workerd would join the two by itself, but then nobody would know
// when the socket closes, and an instance whose last request was an upgrade would be taken for idle.

import type { Flight } from '../traffic/flight.ts';

/** No close frame came: the peer is gone. Reserved, so it cannot be sent on. */
const CLOSE_NO_STATUS = 1005;
const CLOSE_ABNORMAL = 1006;
const CLOSE_GOING_AWAY = 1001;

/** The response for the client; the flight ends when either side has closed. */
export function relayWebSocket(flight: Flight, response: Response, instance: WebSocket): Response {
  const { 0: client, 1: ours } = new WebSocketPair();
  join(instance, ours, flight);
  join(ours, instance, flight);
  return new Response(null, { status: 101, webSocket: client, headers: response.headers });
}

function join(from: WebSocket, to: WebSocket, flight: Flight): void {
  from.binaryType = 'arraybuffer';
  // The other direction is still to finish its own messages: a close must not close both at once.
  from.accept({ allowHalfOpen: true });
  from.addEventListener('message', ({ data }) => deliver(() => to.send(data)));
  from.addEventListener('close', ({ code, reason }) => {
    flight.end();
    deliver(() => {
      if (code === CLOSE_NO_STATUS) to.close();
      else if (code === CLOSE_ABNORMAL) to.close(CLOSE_GOING_AWAY, 'The other side is gone.');
      else to.close(code, reason);
    });
  });
  from.addEventListener('error', () => {
    flight.end();
    deliver(() => to.close(CLOSE_GOING_AWAY, 'The other side is gone.'));
  });
}

/** A side that has closed takes no more; what was on its way to it is lost, as on any socket. */
function deliver(act: () => void): void {
  try {
    act();
  } catch (error) {
    console.debug(`a web socket took no more: ${error}`);
  }
}
