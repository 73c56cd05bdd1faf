// The honest load: a program of its own, so that nothing that the runner does shows in its figures. Open loop: a
// request is sent when it is due, whatever became of those before, and its latency counts from then.

import { Agent, request } from 'node:http';
import type { FromGenerator, LoadPlan, Sample, ToGenerator } from './protocol.ts';

const reportEveryMs = 200;

const plan = JSON.parse(String(process.argv[2])) as LoadPlan;
const now = (): number => performance.timeOrigin + performance.now();
const tell = (message: FromGenerator): void => void process.send?.(message);

let samples: Sample[] = [];
/** When each request that has not ended was due. */
const pending = new Map<symbol, number>();

function report(): void {
  if (samples.length > 0) tell({ samples });
  samples = [];
}

/** One agent a connection: requests take turns, so that all connections, and by them all fronts, have their share. */
const connections = plan.functions.map(() =>
  Array.from({ length: plan.connections }, () => new Agent({ keepAlive: true, maxSockets: 1 })),
);

function send(index: number, agent: Agent, dueAt: number): void {
  const { name, method, body, expected } = plan.functions[index] as LoadPlan['functions'][number];
  const id = Symbol(name);
  const lateMs = now() - dueAt;
  let port = 0;
  pending.set(id, dueAt);
  const end = (fault?: string): void => {
    if (!pending.delete(id)) return;
    clearTimeout(timer);
    samples.push({
      ...{ function: index, dueAt, lateMs, port, reused: outgoing.reusedSocket, latencyMs: now() - dueAt },
      ...(fault !== undefined && { fault }),
    });
  };
  const outgoing = request(
    {
      ...{ host: '127.0.0.1', port: plan.port, method, agent, path: '/' },
      headers: { host: `${name}.localhost`, ...(body && { 'content-length': Buffer.byteLength(body) }) },
    },
    (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', () => end('broken body'));
      response.on('end', () => {
        const code = response.headers['x-selvedge-error'];
        if (response.statusCode !== 200) end(`${response.statusCode}${code ? ` ${code}` : ''}`);
        else end(Buffer.concat(parts).toString() === expected ? undefined : 'wrong body');
      });
    },
  );
  const timer = setTimeout(() => {
    end('no answer');
    outgoing.destroy();
  }, plan.timeoutMs);
  outgoing.on('socket', (socket) => {
    const note = (): void => {
      port = socket.localPort ?? 0;
    };
    if (socket.connecting) socket.once('connect', note);
    else note();
  });
  outgoing.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ECONNREFUSED') end('refused');
    else end(error.code === 'ECONNRESET' ? 'reset' : (error.code ?? error.message));
  });
  outgoing.end(body);
}

const startedAt = now();
const intervalMs = 1000 / plan.rate;
let sent = 0;

/** Functions take turns within an interval, so that the load is even. */
function sendWhatIsDue(): void {
  const count = plan.functions.length;
  for (;;) {
    const dueAt = startedAt + (sent * intervalMs) / count;
    const waitMs = dueAt - now();
    if (waitMs > 0) {
      setTimeout(sendWhatIsDue, waitMs);
      return;
    }
    const index = sent % count;
    const agents = connections[index] as Agent[];
    send(index, agents[Math.floor(sent / count) % agents.length] as Agent, dueAt);
    sent += 1;
  }
}

process.on('message', ({ settle }: ToGenerator) => {
  const look = (): void => {
    if ([...pending.values()].some((dueAt) => dueAt < settle)) {
      setTimeout(look, 10);
      return;
    }
    report();
    tell({ settled: settle });
  };
  look();
});
process.on('disconnect', () => process.exit(0));
setInterval(report, reportEveryMs);
sendWhatIsDue();
