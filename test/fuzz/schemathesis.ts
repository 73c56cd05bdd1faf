// The OpenAPI document drives schemathesis: examples, the edges of each schema, drawn requests, and chains of
// them, such as create, read, delete and read again. Each answer is held against the document.

import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { testToken } from '../support/test-platform.ts';
import type { FuzzPlatform } from './fuzz-platform.ts';
import { noReport, type Part, type PartOptions } from './report.ts';

const root = join(import.meta.dirname, '../..');
const requirements = join(import.meta.dirname, 'requirements.txt');
const venv = join(root, 'node_modules/.cache/selvedge-fuzz');
const script = (name: string): string => join(venv, 'bin', name);

/**
 * Not asked for: that what fits the document is taken. The document cannot say all of our rules, such as what
 * a version range is, or that a cursor must be of a page.
 */
const unasked = 'positive_data_acceptance';
/** Ours knows of `/ready`; see `hooks.py`. */
const replaced = 'not_a_server_error';
/** Of each operation in a run; the phases beside add as many again. */
const examples = 60;
/** Runs, each with the next seed, until enough requests were sent. */
const runsMax = 20;

export const schemathesisPart: Part = async (fuzz, options) => {
  install(options.say);
  const report = noReport();
  for (let run = 0; report.sent < options.cases; run++) {
    if (run === runsMax)
      throw new Error(`schemathesis sent ${report.sent} of ${options.cases} requests in ${run} runs`);
    const seed = options.seed + run;
    const { code, counts } = await runOnce(fuzz, seed, options);
    for (const [status, count] of Object.entries(counts)) {
      report.sent += count;
      report.statuses.set(Number(status), (report.statuses.get(Number(status)) ?? 0) + count);
    }
    if (code === 0) continue;
    report.failures.push({
      what: `schemathesis found what is told above (seed ${seed}, status ${code})`,
      reproduce: '',
    });
    break;
  }
  return report;
};

/** Once for each change of the requirements. */
function install(say: (line: string) => void): void {
  const installed = join(venv, 'requirements.txt');
  const wanted = readFileSync(requirements, 'utf8');
  if (existsSync(installed) && readFileSync(installed, 'utf8') === wanted) return;
  const packages = (pair: string): void => {
    execFileSync('sh', [join(root, 'scripts/system-packages.sh'), pair], { stdio: 'inherit' });
  };
  packages('python3:python3');
  // Debian has the module in a package of its own, and no command in it that could be looked for.
  if (!canMakeVenv()) packages('python3-venv:python3-venv');
  say('  installing schemathesis (once for each change of test/fuzz/requirements.txt) ...');
  rmSync(venv, { recursive: true, force: true });
  mkdirSync(join(venv, '..'), { recursive: true });
  execFileSync('python3', ['-m', 'venv', venv], { stdio: 'inherit' });
  const pip = [
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '--only-binary',
    ':all:',
    '-r',
    requirements,
  ];
  execFileSync(script('pip'), pip, { stdio: 'inherit' });
  execFileSync('cp', [requirements, installed]);
}

function canMakeVenv(): boolean {
  try {
    execFileSync('python3', ['-c', 'import ensurepip, venv'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

interface Run {
  readonly code: number | null;
  /** Requests by status. */
  readonly counts: Readonly<Record<string, number>>;
}

async function runOnce(fuzz: FuzzPlatform, seed: number, { say }: PartOptions): Promise<Run> {
  // Schemathesis and what it builds on leave files where they run.
  const folder = mkdtempSync(join(tmpdir(), 'slv-schemathesis-'));
  const countsFile = join(folder, 'counts.json');
  say(`  schemathesis with seed ${seed}`);
  const child = spawn(
    script('schemathesis'),
    [
      ...['run', `${fuzz.platform.control}/openapi.json`, '--seed', String(seed), '-n', String(examples)],
      ...[
        '-H',
        `Authorization: Bearer ${testToken}`,
        '--checks',
        'all',
        '--exclude-checks',
        `${unasked},${replaced}`,
      ],
      ...['--workers', '1', '--continue-on-failure', '--output-sanitize', 'false', '--request-timeout', '60'],
      // A deploy takes longer than what hypothesis expects of a function that is tested.
      ...['--suppress-health-check', 'all', '--warnings', 'off', '--no-color'],
    ],
    {
      cwd: folder,
      env: {
        ...process.env,
        FUZZ_LEAKS: JSON.stringify(fuzz.leaks),
        FUZZ_COUNTS: countsFile,
        SCHEMATHESIS_HOOKS: 'hooks',
        PYTHONPATH: [import.meta.dirname, process.env.PYTHONPATH].filter(Boolean).join(delimiter),
        PYTHONDONTWRITEBYTECODE: '1',
        PYTHONHASHSEED: '0',
      },
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', resolve);
    });
    return { code, counts: JSON.parse(readFileSync(countsFile, 'utf8')) as Run['counts'] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
