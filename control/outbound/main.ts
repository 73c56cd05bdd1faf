// The outbound: the one process through which functions reach anything. It is a process of its own, so that what
// functions send and receive takes no time from control, and so that it goes on when control stops.
//
// Control bundles it, gives it its text on standard input and its options as an argument, and learns from a
// descriptor that it takes calls. SIGTERM lets what is under way finish.

import { readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { BINDINGS_SOCKET } from '../../edge/contract/names.ts';
import { listenAt } from '../service/listen-at.ts';
import { BindingRelay } from './binding-relay.ts';
import { Callers } from './callers.ts';
import { type OutboundOptions, READY_FD } from './contract.ts';
import { ControlGuard } from './control-guard.ts';
import {
  bindingConnectionsMax,
  bindingDescriptorShare,
  connectionsPerFunctionMax,
  descriptorShare,
} from './limits.ts';
import { createOriginServer } from './origin-server.ts';
import { Origins } from './origins.ts';
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
const relay = new BindingRelay(
  options.frontsDir,
  connectionsMax(bindingDescriptorShare, bindingConnectionsMax),
);
const callers = new Callers(options, rules, connectionsMax(descriptorShare, connectionsPerFunctionMax));
const origins = new Origins(rules, connectionsMax(descriptorShare, connectionsPerFunctionMax));

// The private socket first: a caller whose file comes too late for `loadAll` is told here.
await listenAt(createPrivateServer(callers, guard, relay), options.privateSocket);
guard.read();
await callers.loadAll();
await listenAt(relay.server, join(options.socketsDir, BINDINGS_SOCKET));
await listenAt(
  createOriginServer((way) => origins.exchangeOf(way)),
  options.originSocket,
);
writeSync(READY_FD, 'ready\n');

process.on('SIGTERM', () => {
  setInterval(() => {
    if (callers.connections + origins.connections === 0 && relay.quiet) process.exit(0);
  }, endCheckMs);
});

/** Each connection takes two descriptors. */
function connectionsMax(share: number, max: number): number {
  const [, soft] = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
  return soft === undefined ? max : Math.max(1, Math.min(max, Math.floor((Number(soft) * share) / 2)));
}
