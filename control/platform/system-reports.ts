// How the platform is, for /health, /ready and /info.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import * as limits from '../model/limits.ts';
import type { Resources } from '../resources/resources.ts';
import type { Sandbox } from '../sandbox/bubblewrap.ts';
import { isolationOf, problemsOf } from '../sandbox/isolation.ts';
import type { EdgeAddress } from './addresses.ts';
import type { Catalog } from './catalog.ts';
import type { Certificates } from './certificates/certificates.ts';
import { tlsProblems } from './certificates/tls-problems.ts';
import type { GeoDesk } from './geo-desk.ts';
import type { IntegrityGuard } from './integrity-guard.ts';
import type { HealthReport, InfoReport } from './platform.ts';
import type { Recording } from './recording.ts';
import type { Runtime } from './runtime.ts';

export interface SystemReportsOptions {
  readonly runtime: Runtime;
  readonly recording: Recording;
  readonly catalog: Catalog;
  readonly guard: IntegrityGuard;
  readonly certificates: Pick<Certificates, 'problems'>;
  readonly sandbox: Sandbox;
  readonly resources: Resources;
  readonly geo: GeoDesk;
  readonly edge: EdgeAddress;
  readonly workerd: string;
}

export class SystemReports {
  readonly #options: SystemReportsOptions;
  readonly #startedAt = performance.now();
  readonly #workerdVersion: string;

  constructor(options: SystemReportsOptions) {
    this.#options = options;
    this.#workerdVersion = execFileSync(options.workerd, ['--version'], { encoding: 'utf8' }).trim();
  }

  /** True once every front has the newest table. */
  ready(): boolean {
    return this.#options.runtime.publisher.settled;
  }

  /** Asks the TLS door and the geo service how they are; nobody else has to be asked. */
  async health(): Promise<HealthReport> {
    const { runtime, geo, certificates } = this.#options;
    // It tells of itself by not answering.
    const [ofGeo, ofCertificates] = await Promise.all([
      geo.look(),
      certificates.problems(),
      runtime.tls?.refresh().catch(() => undefined),
    ]);
    return this.#health([...ofGeo, ...ofCertificates]);
  }

  /** `told` are problems that somebody had to be asked for. */
  #health(told: readonly string[]): HealthReport {
    const { runtime, recording, catalog, guard, sandbox, resources } = this.#options;
    const fronts = runtime.fronts.fronts.size;
    const crowded = runtime.room.crowded();
    const problems = [
      ...problemsOf(sandbox),
      ...(resources.problem === undefined ? [] : [resources.problem]),
      ...(fronts < runtime.fronts.wanted ? [`${fronts} of ${runtime.fronts.wanted} fronts run.`] : []),
      ...(runtime.outbound.running ? [] : ['The outbound does not run, so functions cannot fetch.']),
      ...(runtime.cache.running ? [] : ['The cache does not run, so nothing is kept.']),
      ...told,
      ...(crowded === undefined ? [] : [`${crowded}.`]),
      ...guard.problems(),
      ...tlsProblems(runtime.tls, Date.now()),
    ];
    return {
      status: problems.length === 0 ? 'ok' : 'degraded',
      uptimeSeconds: Math.round((performance.now() - this.#startedAt) / 100) / 10,
      problems,
      counts: {
        functions: catalog.size,
        instances: runtime.supervisor.instances.size,
        fronts,
        slots_in_use: runtime.supervisor.slotsTaken,
        invocation_records_dropped: recording.recordsDropped,
        instances_ended_by_watchdog: runtime.watchdog.ended,
        egress_faults: recording.egressFaults,
        versions_refused: guard.refused,
      },
      memory: { ...runtime.room.memory, controlBytes: process.memoryUsage.rss() },
      cpu: { load: loadavg().map((load) => Math.round(load * 100) / 100), cores: availableParallelism() },
      sandbox: { available: sandbox.kind !== 'none', description: sandbox.description },
      invocations: { ...recording.totals },
    };
  }

  info(): InfoReport {
    const { runtime, guard, sandbox, resources, edge } = this.#options;
    return {
      version: packageVersion,
      workerd: this.#workerdVersion,
      node: process.version,
      sandbox: sandbox.kind === 'none' ? `none: ${sandbox.description}` : sandbox.description,
      edge: `${edge.host.includes(':') ? `[${edge.host}]` : edge.host}:${edge.port}`,
      tls: edge.tlsPort === undefined ? null : { port: edge.tlsPort },
      domain: edge.domain,
      fronts: runtime.fronts.fronts.size,
      slots: runtime.slots,
      isolation: {
        ...isolationOf(sandbox),
        memory: resources.description,
        cpu: resources.cpuDescription,
      },
      limits: { ...limits },
      signing: { algorithm: 'ed25519', keyId: guard.key.id, publicKey: guard.key.publicKey },
    };
  }
}

export const packageVersion = String(
  (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string })
    .version,
);
