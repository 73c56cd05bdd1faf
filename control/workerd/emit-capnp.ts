// Writes a `WorkerdConfig` as capnp text, the only file that does. The same config gives the same text.
//
// Everything that comes from outside is written as a literal of `capnp-text.ts`; the names of constants are
// our own (`worker0`, `worker1` ...), so no service or module can be named in a way that changes the config.

import { contentLiteral, dataLiteral, headerLiteral, linesLiteral, nameLiteral } from './capnp-text.ts';
import type {
  Binding,
  Header,
  HttpOptions,
  Module,
  Service,
  ServiceDesignator,
  Socket,
  WorkerdConfig,
  WorkerService,
} from './config.ts';

/**
 * @throws {AppError} FN_006, naming the place, for text that capnp can't hold: half of a surrogate pair
 * anywhere, a NUL in anything but the content of a binding or module, a line break in a header's value.
 */
export function emitCapnp(config: WorkerdConfig): string {
  const workers = config.services.filter((service) => service.kind === 'worker');
  const services = config.services.map((service) =>
    service.kind === 'worker'
      ? // The spaces matter: workerd does not parse "worker=.worker0".
        `(name = ${nameLiteral(service.name, placeOf(service))}, worker = .worker${workers.indexOf(service)})`
      : serviceText(service),
  );
  const top = [
    field('services', block(services, '  ')),
    field('sockets', block(config.sockets.map(socketText), '  ')),
  ];
  if (config.v8Flags !== undefined && config.v8Flags.length > 0)
    top.push(field('v8Flags', inlineList(config.v8Flags, 'v8Flags')));
  return [
    '# Written by Selvedge from what it knows of the function. An edit here changes nothing.',
    'using Workerd = import "/workerd/workerd.capnp";',
    '',
    'const config :Workerd.Config = (',
    ...top.map((line) => `  ${line},`),
    ');',
    ...workers.map(workerText),
    '',
  ].join('\n');
}

function workerText(worker: WorkerService, index: number): string {
  const place = placeOf(worker);
  const fields = [
    field(
      'modules',
      block(
        worker.modules.map((module) => moduleText(module, place)),
        '  ',
      ),
    ),
    field('compatibilityDate', nameLiteral(worker.compatibilityDate, `compatibility date of ${place}`)),
    field('compatibilityFlags', inlineList(worker.compatibilityFlags, `compatibility flag of ${place}`)),
    field(
      'bindings',
      block(
        worker.bindings.map((binding) => bindingText(binding, place)),
        '  ',
      ),
    ),
  ];
  if (worker.objects !== undefined) fields.push(...objectFields(worker.objects, place));
  if (worker.globalOutbound !== undefined)
    fields.push(field('globalOutbound', designatorText(worker.globalOutbound)));
  if (worker.cacheApiOutbound !== undefined)
    fields.push(field('cacheApiOutbound', designatorText(worker.cacheApiOutbound)));
  return ['', `const worker${index} :Workerd.Worker = (`, ...fields.map((line) => `  ${line},`), ');'].join(
    '\n',
  );
}

function objectFields({ classes, disk }: NonNullable<WorkerService['objects']>, owner: string): string[] {
  const namespaces = classes.map(({ className, uniqueKey }) => {
    const place = `object class ${JSON.stringify(className)} of ${owner}`;
    return struct([
      field('className', nameLiteral(className, place)),
      field('uniqueKey', nameLiteral(uniqueKey, place)),
      field('enableSql', 'true'),
    ]);
  });
  const storage =
    disk === undefined ? field('inMemory', 'void') : field('localDisk', nameLiteral(disk, owner));
  return [
    field('durableObjectNamespaces', block(namespaces, '  ')),
    field('durableObjectStorage', struct([storage])),
  ];
}

function moduleText(module: Module, owner: string): string {
  const place = `module ${JSON.stringify(module.name)} of ${owner}`;
  const content =
    typeof module.content === 'string'
      ? linesLiteral(module.content, '      ', place)
      : dataLiteral(module.content);
  return struct([field('name', nameLiteral(module.name, `name of ${place}`)), field(module.kind, content)]);
}

function bindingText(binding: Binding, owner: string): string {
  const place = `binding ${JSON.stringify(binding.name)} of ${owner}`;
  const name = field('name', nameLiteral(binding.name, `name of ${place}`));
  switch (binding.kind) {
    case 'text':
    case 'json':
      return struct([name, field(binding.kind, contentLiteral(binding.content, place))]);
    case 'data':
      return struct([name, field('data', dataLiteral(binding.content))]);
    case 'service':
      return struct([name, field('service', designatorText(binding.service))]);
    case 'durableObjectNamespace':
      return struct([name, field('durableObjectNamespace', nameLiteral(binding.className, place))]);
    case 'fromEnvironment':
      return struct([name, field('fromEnvironment', nameLiteral(binding.variable, place))]);
  }
}

function serviceText(service: Exclude<Service, WorkerService>): string {
  const place = placeOf(service);
  const name = field('name', nameLiteral(service.name, place));
  switch (service.kind) {
    case 'external': {
      const address = field('address', nameLiteral(service.address, `address of ${place}`));
      return struct([name, field('external', struct([address, httpField(service.http, place)]))]);
    }
    case 'network': {
      const fields = [field('allow', inlineList(service.allow, `network of ${place}`))];
      if (service.deny.length > 0)
        fields.push(field('deny', inlineList(service.deny, `network of ${place}`)));
      if (service.tls !== undefined)
        fields.push(
          field('tlsOptions', struct([field('trustBrowserCas', String(service.tls.trustBrowserCas))])),
        );
      return struct([name, field('network', struct(fields))]);
    }
    case 'disk': {
      const path = field('path', nameLiteral(service.path, `path of ${place}`));
      return struct([name, field('disk', struct([path, field('writable', String(service.writable))]))]);
    }
  }
}

function socketText(socket: Socket): string {
  const place = `socket ${JSON.stringify(socket.name)}`;
  const fields = [field('name', nameLiteral(socket.name, place))];
  if (socket.address !== undefined)
    fields.push(field('address', nameLiteral(socket.address, `address of ${place}`)));
  return struct([...fields, httpField(socket.http, place), field('service', designatorText(socket.service))]);
}

function httpField(http: HttpOptions, owner: string): string {
  const fields: string[] = [];
  if (http.style !== undefined) fields.push(field('style', http.style));
  if (http.cfBlobHeader !== undefined)
    fields.push(field('cfBlobHeader', nameLiteral(http.cfBlobHeader, `cfBlobHeader of ${owner}`)));
  if (http.injectRequestHeaders !== undefined)
    fields.push(field('injectRequestHeaders', headerList(http.injectRequestHeaders, owner)));
  if (http.injectResponseHeaders !== undefined)
    fields.push(field('injectResponseHeaders', headerList(http.injectResponseHeaders, owner)));
  if (http.forwardedProtoHeader !== undefined)
    fields.push(
      field(
        'forwardedProtoHeader',
        headerLiteral(http.forwardedProtoHeader, `forwardedProtoHeader of ${owner}`),
      ),
    );
  if (http.capnpConnectHost !== undefined)
    fields.push(
      field('capnpConnectHost', nameLiteral(http.capnpConnectHost, `capnpConnectHost of ${owner}`)),
    );
  return field('http', struct(fields));
}

function headerList(headers: readonly Header[], owner: string): string {
  return list(
    headers.map((header) => {
      const place = `header ${JSON.stringify(header.name)} injected by ${owner}`;
      const fields = [field('name', headerLiteral(header.name, place))];
      if (header.value !== undefined) fields.push(field('value', headerLiteral(header.value, place)));
      return struct(fields);
    }),
  );
}

function designatorText(designator: ServiceDesignator): string {
  const place = `service ${JSON.stringify(designator.name)}`;
  const name = nameLiteral(designator.name, place);
  const fields = [field('name', name)];
  if (designator.entrypoint !== undefined)
    fields.push(field('entrypoint', nameLiteral(designator.entrypoint, `entrypoint of ${place}`)));
  if (designator.props !== undefined)
    fields.push(field('props', struct([field('json', contentLiteral(designator.props, place))])));
  return fields.length === 1 ? name : struct(fields);
}

const placeOf = (service: Service): string => `service ${JSON.stringify(service.name)}`;
const field = (name: string, value: string): string =>
  value.startsWith('\n') ? `${name} =${value}` : `${name} = ${value}`;
const struct = (fields: readonly string[]): string => `(${fields.join(', ')})`;
const list = (items: readonly string[]): string => `[${items.join(', ')}]`;
const inlineList = (items: readonly string[], place: string): string =>
  list(items.map((item) => nameLiteral(item, place)));

/** A list with an item a line. */
function block(items: readonly string[], indent: string): string {
  if (items.length === 0) return '[]';
  return ['[', ...items.map((item) => `${indent}  ${item},`), `${indent}]`].join('\n');
}
