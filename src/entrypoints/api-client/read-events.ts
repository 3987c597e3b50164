/** Something that a running service says while one listens. */
export interface ServiceEvent {
  /** `hello`, `reset`, `beat`, or what kind of record changed: `job`, `entry`, `settlement`. */
  readonly type: string;
  /** Of a record; empty otherwise. */
  readonly id: string;
  readonly state: string;
}

/** Server-sent events out of the bytes of an answer, each as it comes. What is not of their form is passed over. */
export async function* readEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<ServiceEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of body) {
    rest += decoder.decode(bytes, { stream: true });
    for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
      const event = eventOf(rest.slice(0, end));
      rest = rest.slice(end + 2);
      if (event) yield event;
    }
  }
}

function eventOf(text: string): ServiceEvent | undefined {
  const lines = text.split('\n');
  const partOf = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
  const type = partOf('event');
  if (type === undefined) return undefined;
  const { id, state } = dataOf(partOf('data') ?? '');
  return { type, id: typeof id === 'string' ? id : '', state: typeof state === 'string' ? state : '' };
}

function dataOf(text: string): { readonly id?: unknown; readonly state?: unknown } {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
