// The outbound: the one process through which functions reach anything. It is a process of its own, so that what
// functions send and receive takes no time from control, and so that it goes on when control stops.
//
// Control bundles it, gives it its text on standard input and its options as an argument, and learns from a
// descriptor that it takes calls. SIGTERM lets what is under way finish.

import { readFileSync, writeSync } from 'node:fs';
import { Callers, listenAt } from './callers.ts';
import { type OutboundOptions, READY_FD } from './contract.ts';
import { ControlGuard } from './control-guard.ts';
import { connectionsPerFunctionMax, descriptorShare } from './limits.ts';
import { readNetworks } from './policy.ts';
import { createPrivateServer } from './private-server.ts';

/** How often a process that was told to end looks whether it can. */
const endCheckMs = 50;

const options = JSON.parse(String(process.argv[2])) as OutboundOptions;
const guard = new ControlGuard(options.controlFile);
const rules = {
  open: readNetworks(options.openNetworks),
  isControl: guard.isControl.bind(guard),
};
const callers = new Callers(options, rules, connectionsMax());

// The private socket first: a caller whose file comes too late for `loadAll` is told here.
await listenAt(createPrivateServer(callers, guard), options.privateSocket);
guard.read();
await callers.loadAll();
writeSync(READY_FD, 'ready\n');

process.on('SIGTERM', () => {
  setInterval(() => {
    if (callers.connections === 0) process.exit(0);
  }, endCheckMs);
});

/** One function gets no more than its share of the descriptors, as each connection takes two. */
function connectionsMax(): number {
  const [, soft] = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
  const share =
    soft === undefined ? connectionsPerFunctionMax : Math.floor((Number(soft) * descriptorShare) / 2);
  return Math.max(1, Math.min(connectionsPerFunctionMax, share));
}
