import { sha256Of } from '../core/index.ts';
import { type SapSecrets, type SapSettings, withWholeAddresses } from './settings.ts';

/** A host that learns something, and how it is called. */
interface Place {
  readonly key: string;
  readonly words: string;
}

type Places = Readonly<Record<string, readonly Place[]>>;

/**
 * Where a secret would go by `after` and has not gone by `before`; nothing where `after` does not send it. `before` is
 * `undefined` where nobody knows. With `hasOtherBindings` the service that knows the destination is another one.
 */
export function newSapPlaces(
  secret: keyof SapSecrets,
  before: SapSettings | undefined,
  after: SapSettings,
  { hasOtherBindings }: { readonly hasOtherBindings: boolean },
): readonly string[] {
  const known = before ? placesOf(secret, before, false) : {};
  const found = Object.entries(placesOf(secret, after, hasOtherBindings)).flatMap(([use, places]) =>
    places.filter(({ key }) => !known[use]?.some((each) => each.key === key)).map(({ words }) => words),
  );
  return [...new Set(found)];
}

/** The secrets of a log-on that another way to log on has and this one never uses. */
export function unusedLogOnSecrets({ authentication }: SapSettings): readonly (keyof SapSecrets)[] {
  const used = USED[authentication.type === 'oauth2' ? authentication.sendCredentials : authentication.type];
  return [...new Set(Object.values(USED).flat())].filter((name) => !used.includes(name));
}

const KEY = ['keyPem', 'p12Base64', 'passphrase'] as const;

const USED: Readonly<Record<Way, readonly (keyof SapSecrets)[]>> = {
  basic: ['password'],
  certificate: KEY,
  header: ['clientSecret'],
  body: ['clientSecret'],
  destination: ['bindings'],
};

type Way =
  | Exclude<SapSettings['authentication']['type'], 'oauth2'>
  | Extract<SapSettings['authentication'], { type: 'oauth2' }>['sendCredentials'];

/**
 * By what it is there for: a host that has seen the tokens has not seen what they are asked for with. Keys never leave this machine, and
 * of the bindings of a destination the address is a part.
 */
function placesOf(secret: keyof SapSecrets, settings: SapSettings, hasOtherBindings: boolean): Places {
  const { authentication, proxyUrl } = settings;
  const { baseUrl, journalEntryUrl } = withWholeAddresses(settings);
  const system =
    authentication.type === 'destination'
      ? [destinationPlace(authentication.name, hasOtherBindings)]
      : [placeOf(baseUrl, settings), placeOf(journalEntryUrl, settings)];
  switch (secret) {
    case 'headers':
      return { system };
    case 'password':
      return authentication.type === 'basic' ? { system } : {};
    case 'clientSecret':
      if (authentication.type !== 'oauth2' || authentication.sendCredentials === 'certificate') return {};
      // What it buys is good at SAP for whoever gets it.
      return { token: [placeOf(authentication.tokenUrl, settings)], system };
    case 'proxyPassword':
    case 'proxyAuthorization': {
      const proxy = proxyUrl === undefined ? undefined : new URL(proxyUrl).origin;
      return proxy === undefined ? {} : { proxy: [{ key: proxy, words: proxy }] };
    }
    default:
      return {};
  }
}

function destinationPlace(name: string, isElsewhere: boolean): Place {
  return isElsewhere
    ? { key: '', words: `destination:${name} (sap.authentication.bindings)` }
    : { key: name, words: `destination:${name}` };
}

/** A proxy reads nothing in its tunnel, unless a certificate authority that is named with it vouches for anybody. */
function placeOf(address: string, { proxyUrl, caPem }: SapSettings): Place {
  const { origin, protocol } = new URL(address);
  const isReadOnTheWay = proxyUrl !== undefined && (protocol === 'http:' || caPem !== undefined);
  if (!isReadOnTheWay) return { key: origin, words: origin };
  const words = `${origin} (sap.proxyUrl: ${new URL(proxyUrl).origin})`;
  return { key: `${words} ${sha256Of(caPem ?? '')}`, words };
}
