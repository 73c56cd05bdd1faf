// The arrows of ARCHITECTURE.md, read off the imports; and a few habits that a reviewer would otherwise check.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && !/^(test\/fixtures|control\/cli\/templates)\//.test(file));
const source = (file: string): string => readFileSync(join(root, file), 'utf8');
const production = files.filter((file) => !file.endsWith('.test.ts') && !file.startsWith('test/'));

interface Import {
  readonly from: string;
  /** Path in the repository, or the package's name. */
  readonly to: string;
  readonly typeOnly: boolean;
}

function importsOf(file: string): Import[] {
  const pattern = /^\s*(?:import|export)\s+(type\s)?[^'";]*?from\s+'([^']+)'|^\s*import\s+'([^']+)'/gm;
  return [...source(file).matchAll(pattern)].map((match) => {
    const target = String(match[2] ?? match[3]);
    return {
      from: file,
      to: target.startsWith('.') ? normalize(join(dirname(file), target)) : target,
      typeOnly: match[1] !== undefined,
    };
  });
}

const imports = production.flatMap(importsOf);
const within = (folder: string) => (line: Import) => line.from.startsWith(folder);
const describeImport = ({ from, to }: Import): string => `${from} -> ${to}`;

/** What each part may import besides itself and packages. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  // What is written in rules has one grammar, for who refuses it and for who goes by it.
  'control/model/': [
    ...['encode-path', 'ip-address', 'normalize-path', 'path-pattern', 'path-template'].map(
      (file) => `edge/contract/${file}.ts`,
    ),
    'edge/contract/rules/',
  ],
  'control/plan/': ['control/model/', 'edge/contract/'],
  'control/store/': ['control/model/', 'control/platform/platform.ts', 'edge/contract/'],
  // Keys, and what they seal. It wraps and seals rows of the store, so that it knows that.
  'control/secrets/': ['control/model/', 'control/store/', 'edge/contract/'],
  // Signs what is stored, so it reads and writes the stored; what it signs is a noun of the model.
  'control/integrity/': ['control/model/', 'control/store/'],
  'control/advisories/': ['control/model/'],
  'control/bundle/': ['control/model/', 'edge/contract/', 'edge/adapters/', 'edge/sdk/'],
  // What functions import: on pure decisions of the router's, and nothing of its runtime.
  'edge/sdk/': ['edge/contract/', 'edge/rules/geo/judge-access.ts', 'edge/traffic/hash-visitor.ts'],
  'control/sandbox/': ['control/model/'],
  'control/resources/': ['control/model/'],
  // What HTTP says of caches is pure, and both the front and the cache go by it.
  'edge/http-cache/': [],
  'control/cache/': ['control/service/', 'edge/contract/', 'edge/http-cache/'],
  'control/outbound/': ['control/model/', 'control/service/', 'edge/contract/'],
  // Whoever holds the databases knows what fronts ask, and what countries are.
  'control/geo/': ['control/model/', 'control/service/', 'edge/contract/'],
  // What the services, each a program of its own, have in common.
  'control/service/': ['control/model/', 'edge/contract/'],
  // What is known of certificates, in control and in the process that serves them.
  'control/certificates/': ['control/model/'],
  // Orders certificates; when and for what is the platform's.
  'control/acme/': [],
  'control/tls/': ['control/certificates/', 'control/model/', 'control/service/', 'edge/contract/'],
  'control/telemetry/': [
    'control/model/',
    'control/store/',
    'control/platform/platform.ts',
    'edge/contract/',
  ],
  'control/workerd/': [
    'control/model/',
    'control/plan/',
    'control/resources/',
    'control/sandbox/',
    'control/bundle/types.ts',
    'control/outbound/contract.ts',
    'control/geo/contract.ts',
    'control/cache/contract.ts',
    'control/tls/contract.ts',
    'control/tls/limits.ts',
    'edge/contract/',
  ],
  'control/api/': ['control/model/', 'control/platform/platform.ts', 'edge/contract/'],
  // Of the API the types alone, see below.
  'control/client/': ['control/model/', 'control/api/'],
  // The command line speaks HTTP, as everybody else does.
  'control/cli/': ['control/model/', 'control/client/'],
  // The local loop is a small platform of its own: the same bundler, router, configs and messages, and no store.
  'control/cli/local/': [
    'control/model/',
    'control/bundle/',
    'control/plan/compile-table.ts',
    'control/plan/rules/seal-rules.ts',
    'control/platform/invocation-message.ts',
    'control/platform/platform.ts',
    'control/platform/probe.ts',
    'control/platform/version-id.ts',
    'control/telemetry/invocation-logs.ts',
    'control/telemetry/parse-console.ts',
    ...[
      'compatibility',
      'config',
      'control-socket',
      'edge-bundle',
      'emit-capnp',
      'front-config',
      'instance-config',
      'unix-http',
      'workerd-binary',
    ].map((file) => `control/workerd/${file}.ts`),
    'edge/contract/',
  ],
  'edge/contract/': [],
};

test.each(Object.entries(arrows))('%s imports only what its arrow allows', (folder, allowed) => {
  // A folder within it may have an arrow of its own.
  const inner = Object.keys(arrows).filter((other) => other !== folder && other.startsWith(folder));
  const wrong = imports
    .filter(within(folder))
    .filter(({ from }) => !inner.some((other) => from.startsWith(other)))
    .filter(({ to }) => /^(control|edge|scripts|test)\//.test(to))
    .filter(({ to }) => !to.startsWith(folder) && !allowed.some((prefix) => to.startsWith(prefix)));
  expect(wrong.map(describeImport)).toEqual([]);
});

test('model and plan are pure: no node:*, no hono, no esbuild', () => {
  const wrong = imports
    .filter((line) => within('control/model/')(line) || within('control/plan/')(line))
    .filter(({ to }) => to.startsWith('node:') || to === 'hono' || to === 'esbuild');
  expect(wrong.map(describeImport)).toEqual([]);
});

test('the edge takes values of the contract from modules without zod only, so none is in its bundle', () => {
  const wrong = imports
    .filter((line) => line.from.startsWith('edge/') && !line.from.startsWith('edge/contract/'))
    .filter(
      ({ to, typeOnly }) =>
        to.startsWith('control/') ||
        to === 'zod' ||
        (to.startsWith('edge/contract/') &&
          !typeOnly &&
          !/\/(names|cache|geo|address-text|console-line|front-api|grant|compile-routes|normalize-path|rule-secret|signed-url|origin|regions|ip-address|encode-path|path-pattern|path-template|visitor-digest|preview-token|experiment-report)\.ts$/.test(
            to,
          )),
    );
  expect(wrong.map(describeImport)).toEqual([]);
});

test('the client takes types alone from outside, so that it runs where there is neither Node nor zod', () => {
  const wrong = imports
    .filter(within('control/client/'))
    .filter(({ to, typeOnly }) => !to.startsWith('control/client/') && !typeOnly);
  expect(wrong.map(describeImport)).toEqual([]);
});

test('control imports nothing of the edge but its contract, and the cache what HTTP says of caches', () => {
  const wrong = imports.filter(
    ({ from, to }) =>
      from.startsWith('control/') &&
      to.startsWith('edge/') &&
      !to.startsWith('edge/contract/') &&
      !(from.startsWith('control/cache/') && to.startsWith('edge/http-cache/')),
  );
  expect(wrong.map(describeImport)).toEqual([]);
});

/** Each is the door of a program. */
const doors = ['control/main.ts', 'control/cli/main.ts'];

test('only main.ts reads the environment', () => {
  const readers = production.filter(
    (file) => file.startsWith('control/') && !doors.includes(file) && /\bprocess\.env\b/.test(source(file)),
  );
  expect(readers).toEqual([]);
});

test('no folder is a drawer', () => {
  expect(files.filter((file) => /\/(utils|helpers|lib|types)\//.test(file))).toEqual([]);
});

test('no test is skipped without a reason, focused, retried or timed by a sleep', () => {
  const wrong = files
    .filter((file) => file.endsWith('.test.ts') && file !== 'test/tidy.test.ts')
    .filter((file) => /\b(it|test|describe)\.(only|todo)\b|\{[^}\n]*\bretry:\s*[1-9]/.test(source(file)));
  expect(wrong).toEqual([]);
});
