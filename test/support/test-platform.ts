// A whole platform in a directory of its own, started as `npm start` starts it: control's main.ts as a child.

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
export const testToken = 'test-token-of-the-owner-0123456789';

export interface Answer<T = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

/** The environment of the test, as npm for one needs it, without settings of a platform of somebody else's. */
const inherited = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('SELVEDGE_')));

export class TestPlatform {
  readonly dataDir: string;
  readonly #settings: Readonly<Record<string, string>>;
  readonly #enter: readonly string[];
  #child: ChildProcess | undefined;
  output = '';
  control = '';
  edgePort = 0;

  /** `enter` begins the command that starts control, as for another namespace. */
  constructor(dataDir: string, settings: Readonly<Record<string, string>>, enter: readonly string[] = []) {
    this.dataDir = dataDir;
    this.#settings = settings;
    this.#enter = enter;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Starts control and resolves when it has said where it serves; rejects with its output if it ends first. */
  async start(): Promise<void> {
    this.output = '';
    const [program = '', ...args] = [...this.#enter, process.execPath, join(root, 'control/main.ts')];
    const child = spawn(program, args, {
      cwd: root,
      env: {
        ...inherited(),
        SELVEDGE_DATA: this.dataDir,
        SELVEDGE_EDGE: `127.0.0.1:${this.edgePort}`,
        SELVEDGE_CONTROL: '127.0.0.1:0',
        SELVEDGE_TOKEN: testToken,
        ...this.#settings,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A session of its own, as of a shell or a unit: in ours it would share its processor time with who attacks it.
      detached: true,
    });
    this.#child = child;
    await new Promise<void>((resolve, reject) => {
      let greeted = false;
      const read = (chunk: Buffer): void => {
        this.output += String(chunk);
        if (greeted) return;
        const control = /control +(http:\S+)/.exec(this.output)?.[1];
        const edge = /functions +http:\S+:(\d+)\n/.exec(this.output)?.[1];
        if (!control || !edge || !/token +\S+/.test(this.output)) return;
        greeted = true;
        this.control = control;
        this.edgePort = Number(edge);
        resolve();
      };
      child.stdout?.on('data', read);
      child.stderr?.on('data', read);
      child.once('exit', () => reject(new Error(`control ended at its start:\n${this.output}`)));
    });
  }

  /** Ends control with a signal and waits for its end. Instances and fronts live on after SIGKILL and SIGUSR2. */
  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await exited;
  }

  /** Pids of every process that the platform has recorded as its own. */
  processes(): { kind: string; pid: number; id: string }[] {
    const folder = join(this.dataDir, 'run/processes');
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .flatMap((name) => {
        try {
          return [
            JSON.parse(readFileSync(join(folder, name), 'utf8')) as { kind: string; pid: number; id: string },
          ];
        } catch {
          return []; // Removed between the listing and the reading.
        }
      });
  }

  /** Calls the control API with the owner's token. */
  async api<T = Record<string, never>>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
    const response = await fetch(this.control + path, {
      method,
      headers: { authorization: `Bearer ${testToken}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const parsed = text === '' ? null : JSON.parse(text);
    return { status: response.status, headers: response.headers, body: parsed as T };
  }

  /** Creates a public function and expects it to be live. */
  async create(name: string, code: unknown, settings: object = {}): Promise<Record<string, unknown>> {
    const { status, body } = await this.api('POST', '/functions', { name, code, public: true, ...settings });
    if (status !== 201) throw new Error(`creating ${name} answered ${status}: ${JSON.stringify(body)}`);
    return body;
  }

  /** Calls a function at its host, on a connection of its own. */
  call(
    host: string,
    path = '/',
    init: { method?: string; headers?: Record<string, string>; body?: string; from?: string } = {},
  ): Promise<{ status: number; headers: Record<string, unknown>; text: string }> {
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          host: '127.0.0.1',
          port: this.edgePort,
          path,
          method: init.method ?? 'GET',
          headers: { host: host.includes('.') ? host : `${host}.localhost`, ...init.headers },
          agent: false,
          ...(init.from !== undefined && { localAddress: init.from }),
        },
        (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (chunk) => {
            text += chunk;
          });
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
          );
          response.on('error', reject);
        },
      );
      outgoing.on('error', reject);
      outgoing.end(init.body);
    });
  }

  /** Ends everything by pid and removes the directory. */
  async destroy(): Promise<void> {
    await this.end('SIGTERM');
    for (const { pid } of this.processes()) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended, as it should have.
      }
    }
    removeGroups(join(this.dataDir, 'run/groups.json'));
    rmSync(this.dataDir, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Cgroups of a platform that was killed: no later control of it sweeps them. Those of processes still ending stay. */
function removeGroups(file: string): void {
  if (!existsSync(file)) return;
  const bases = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>[];
  for (const directory of new Set(bases.flatMap((base) => Object.values(base)))) {
    if (!existsSync(directory)) continue;
    const groups = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    for (const path of [...groups.map(({ name }) => join(directory, name)), directory]) {
      try {
        rmdirSync(path);
      } catch {
        // A process in it has not quite ended.
      }
    }
  }
}
