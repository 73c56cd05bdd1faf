// Every fault, in the order in which they are run.

import type { Fault } from '../fault.ts';
import { clientFaults } from './clients.ts';
import { cpuFaults } from './cpu.ts';
import { endFaults } from './ends.ts';
import { memoryFaults } from './memory.ts';
import { networkFaults } from './network.ts';
import { outputFaults } from './output.ts';
import { timeFaults } from './time.ts';

export const allFaults: readonly Fault[] = [
  ...cpuFaults,
  ...memoryFaults,
  ...timeFaults,
  ...endFaults,
  ...outputFaults,
  ...networkFaults,
  ...clientFaults,
];
