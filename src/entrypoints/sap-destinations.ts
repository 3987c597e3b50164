import { createRequire } from 'node:module';
import { Problem } from '../core/index.ts';
import {
  bindingsUnreadable,
  type DestinationRequest,
  destinationUnbound,
  type FindDestination,
  type FoundDestination,
} from '../sap/index.ts';

/** SAP's library for destinations. Not a dependency of this program (decision 0021): whoever has such a connection installs it. */
const LIBRARY = '@sap-cloud-sdk/connectivity';
const LIBRARY_VERSION = '4.9.1';

/** What is used of the library. */
export interface ConnectivityLibrary {
  getServiceBinding(service: string): unknown;
  getDestinationFromDestinationService(options: {
    destinationName: string;
    useCache: boolean;
    retry: boolean;
  }): Promise<FoundDestination | null>;
}

/** Where the library reads bindings; the environment of the process, except in a test. */
type BindingEnvironment = Record<string, string | undefined>;

/** Asks SAP BTP for destinations by SAP's own library, which is loaded with the first question. */
export function createDestinationFinder(
  input: { load?: () => Promise<ConnectivityLibrary>; environment?: BindingEnvironment } = {},
): FindDestination {
  const { load = loadLibrary, environment = process.env } = input;
  let library: Promise<ConnectivityLibrary> | null = null;
  let turn: Promise<unknown> = Promise.resolve();

  async function ask({ name, bindings }: DestinationRequest): Promise<FoundDestination | null> {
    library ??= load();
    const { getDestinationFromDestinationService: get, getServiceBinding } = await library.catch((error: unknown) => {
      // Whoever installs the library meanwhile need not start the program again.
      library = null;
      throw error;
    });
    return withBindings(environment, bindings, async () => {
      if (!getServiceBinding('destination')) throw destinationUnbound();
      // Neither its cache nor its repetitions: the adapter knows when tokens end, and who waits until when.
      return get({ destinationName: name, useCache: false, retry: false });
    });
  }

  return (request) => {
    // One at a time, because the library knows bindings from the environment only, which belongs to the whole process.
    const asked = turn.then(() => ask(request));
    turn = asked.catch(() => {});
    return asked;
  };
}

async function withBindings<Result>(
  environment: BindingEnvironment,
  bindings: string | null,
  work: () => Promise<Result>,
): Promise<Result> {
  if (bindings === null) return work();
  const before = environment.VCAP_SERVICES;
  environment.VCAP_SERVICES = asVcapServices(bindings);
  try {
    return await work();
  } finally {
    if (before === undefined) delete environment.VCAP_SERVICES;
    else environment.VCAP_SERVICES = before;
  }
}

/**
 * The text of VCAP_SERVICES as it is; a service key of the destination service, or one object with keys by service, in that
 * form. Raises `SAP_DESTINATION_BINDINGS_UNREADABLE` (invalid).
 */
export function asVcapServices(text: string): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw bindingsUnreadable();
  }
  if (!isObject(value)) throw bindingsUnreadable();
  if (typeof value.clientid === 'string') return JSON.stringify({ destination: [bindingOf('destination', value)] });
  const services = Object.entries(value).map(([label, service]): [string, unknown] => {
    if (Array.isArray(service)) return [label, service];
    if (!isObject(service)) throw bindingsUnreadable();
    return [label, [bindingOf(label, isObject(service.credentials) ? service.credentials : service)]];
  });
  return JSON.stringify(Object.fromEntries(services));
}

function bindingOf(label: string, credentials: object) {
  return { name: label, instance_name: label, label, tags: [label], credentials };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Raises `SAP_DESTINATION_LIBRARY_MISSING` (invalid). */
export async function loadLibrary(name: string = LIBRARY): Promise<ConnectivityLibrary> {
  try {
    const library = (await import(name)) as ConnectivityLibrary;
    muteLog(name);
    return library;
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
    if (!isMissing) throw error;
    throw new Problem({
      code: 'SAP_DESTINATION_LIBRARY_MISSING',
      kind: 'invalid',
      says: `The SAP connection names a destination of SAP BTP, but SAP's library for destinations (${name}) is not installed.`,
      next: `npm install ${LIBRARY}@${LIBRARY_VERSION} where this program is installed; see docs/dependencies.md for its licences.`,
      data: name,
    });
  }
}

/** The library writes to standard output, where a command prints its result; what it throws says enough. */
function muteLog(name: string): void {
  try {
    const util: unknown = createRequire(createRequire(import.meta.url).resolve(name))('@sap-cloud-sdk/util');
    if (isObject(util) && typeof util.setGlobalLogLevel === 'function') util.setGlobalLogLevel('error');
  } catch {
    // Another release of the library may keep its log elsewhere; noise is no reason not to post.
  }
}
