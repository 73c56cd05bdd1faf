// What a function's own JavaScript tries: the means that workerd gives it, against what lies outside. Each is the
// body of an async function; it returns what it found, or throws. `held` says that what came of it is harmless.

export interface ScriptTry {
  readonly name: string;
  readonly code: string;
  readonly held: RegExp;
}

export interface ScriptOutside {
  /** `http://host:port` of the control API. */
  readonly control: string;
  readonly controlPort: number;
  readonly edgePort: number;
  readonly dataDir: string;
}

const noSuchFile = /^thrown: .*(ENOENT|no such file)/i;

export const scriptTries = ({
  control,
  controlPort,
  edgePort,
  dataDir,
}: ScriptOutside): readonly ScriptTry[] => [
  {
    name: "control's environment by process.env",
    code: 'return Object.keys(process.env).sort().join()',
    held: /^(MINE)?$/,
  },
  {
    name: 'a file of the host by node:fs',
    code: "return fs.readFileSync('/etc/passwd', 'utf8')",
    held: noSuchFile,
  },
  {
    name: 'the data directory by node:fs',
    code: `return fs.readdirSync('${dataDir}').join()`,
    held: noSuchFile,
  },
  {
    name: 'the kernel by node:fs',
    code: "return fs.readFileSync('/proc/self/environ', 'utf8')",
    held: noSuchFile,
  },
  { name: 'the root by node:fs', code: "return fs.readdirSync('/').sort().join()", held: /^bundle,dev,tmp$/ },
  {
    name: 'a device by node:fs',
    code: "return fs.readdirSync('/dev').sort().join()",
    held: /^(full|null|random|zero|,)*$/,
  },
  {
    name: 'a link out of node:fs',
    code: "fs.symlinkSync('/proc/1/environ', '/tmp/link'); return fs.readFileSync('/tmp/link', 'utf8')",
    held: /^thrown: /,
  },
  {
    name: "control's API by fetch",
    code: `return (await fetch('${control}/health')).text()`,
    held: /^(?!.*uptime_seconds)/s,
  },
  {
    name: "control's API by connect",
    code: `return said(connect({ hostname: '127.0.0.1', port: ${controlPort} }))`,
    held: /^(?!.*uptime_seconds)/s,
  },
  { name: "control's API by node:net", code: `return net(${controlPort})`, held: /^(?!.*uptime_seconds)/s },
  {
    name: 'the public port by connect',
    code: `return said(connect({ hostname: '127.0.0.1', port: ${edgePort} }))`,
    held: /^(?!.*HTTP\/1)/s,
  },
  {
    name: 'the metadata address by fetch',
    code: "const r = await fetch('http://169.254.169.254/latest/meta-data/'); return r.status",
    held: /^(thrown: .*|[45]\d\d)$/s,
  },
  {
    name: 'a unix socket by fetch',
    code: "return (await fetch('unix:/run/selvedge/outbound.sock')).status",
    held: /^thrown: /,
  },
  {
    name: 'a unix socket by connect',
    code: "return said(connect('unix:/run/selvedge/outbound.sock'))",
    held: /^thrown: /,
  },
  { name: 'a file by fetch', code: "return (await fetch('file:///etc/passwd')).text()", held: /^thrown: / },
  {
    name: 'a program by node:child_process',
    code: "return String((await import('node:child_process')).execSync('id'))",
    held: /^thrown: /,
  },
  {
    name: 'a thread by node:worker_threads',
    code: "new (await import('node:worker_threads')).Worker('1', { eval: true }); return 'a worker'",
    held: /^thrown: /,
  },
  {
    name: 'a signal by process.kill',
    code: "process.kill(1, 'SIGKILL'); return 'killed'",
    held: /^thrown: /,
  },
  {
    // workerd has the call and it does nothing.
    name: "root's files after process.setuid",
    code: "process.setuid(0); return fs.readFileSync('/etc/shadow', 'utf8')",
    held: noSuchFile,
  },
  {
    name: 'a library by process.dlopen',
    code: "process.dlopen({ exports: {} }, '/lib64/ld-linux-x86-64.so.2'); return 'loaded'",
    held: /^thrown: /,
  },
  {
    name: 'the inside of Node by process.binding',
    code: "return typeof process.binding('fs').open",
    held: /^(thrown: .*|undefined)$/,
  },
  { name: 'code from a string', code: "return new Function('return 1')()", held: /^thrown: / },
  {
    name: 'machine code from bytes',
    code: "await WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])); return 'compiled'",
    held: /^thrown: /,
  },
];

/** A module that runs the try whose number is in the path, and answers with what came of it. */
export const asScript = (tries: readonly ScriptTry[]): string => `
import fs from 'node:fs';
import { connect as nodeConnect } from 'node:net';
import { connect } from 'cloudflare:sockets';
const hello = 'GET /health HTTP/1.1\\r\\nhost: localhost\\r\\nconnection: close\\r\\n\\r\\n';
async function said(socket) {
  const writer = socket.writable.getWriter();
  await writer.write(new TextEncoder().encode(hello));
  return new Response(socket.readable).text();
}
const net = (port) => new Promise((resolve, reject) => {
  let text = '';
  const socket = nodeConnect(port, '127.0.0.1', () => socket.write(hello));
  socket.on('data', (part) => { text += part; });
  socket.on('close', () => resolve(text)).on('error', reject);
});
const tries = [${tries.map(({ code }) => `async () => { ${code} }`).join(',\n')}];
export default { async fetch(request) {
  const number = Number(new URL(request.url).pathname.slice(1));
  try { return new Response(String(await tries[number]())); }
  catch (error) { return new Response('thrown: ' + error); }
} };`;
