import { VaultKey, type WrappingKey } from './vault-key.ts';

/** Where vault keys come from. */
export interface KeySource {
  /** For people: a path, a variable, a command. Never a key. */
  readonly where: string;
  /** `undefined`: there is none. */
  read(): Promise<readonly WrappingKey[] | undefined>;
  /** Makes the first key; absent where keys are made by whoever runs the program. */
  make?(): Promise<readonly WrappingKey[]>;
  /** Makes a key beside those there are; absent likewise. */
  add?(): Promise<VaultKey>;
  /** Takes a key away; safe to repeat. */
  remove?(id: string): Promise<void>;
}

/** The vault keys of this process. Which of them is in use is said by the database. */
export class KeyRing {
  readonly #sources: readonly KeySource[];
  readonly #commandsById = new Map<string, WrappingKey>();
  #keys: readonly WrappingKey[] = [];

  private constructor(sources: readonly KeySource[]) {
    this.#sources = sources;
  }

  /** Keys are made by the first source and may come from all. */
  static async load(sources: readonly KeySource[]): Promise<KeyRing> {
    const ring = new KeyRing(sources);
    await ring.reload();
    return ring;
  }

  /** A rotation puts a new key into a file while processes run; they find it when they first need it. */
  async reload(): Promise<void> {
    const read = await Promise.all(this.#sources.map((source) => source.read()));
    this.#keys = read.flatMap((keys) => keys ?? []);
    this.#commandsById.clear();
  }

  async make(): Promise<void> {
    await this.#sources[0]?.make?.();
    await this.reload();
  }

  get where(): string {
    return this.#sources.map(({ where }) => where).join(', ');
  }

  get maker(): KeySource | undefined {
    return this.#sources[0];
  }

  get keys(): readonly WrappingKey[] {
    return this.#keys;
  }

  /** The ids of those keys that have one. */
  get ids(): readonly string[] {
    return this.#keys.flatMap(({ id }) => (id === null ? [] : [id]));
  }

  /** Which keys may be the one with that id: one for bytes, for commands any that has not proved to be another. */
  candidates(id: string, kind: WrappingKey['kind']): readonly WrappingKey[] {
    if (kind === 'bytes') return this.#keys.filter((key) => key.id === id).slice(0, 1);
    const known = this.#commandsById.get(id);
    return known ? [known] : this.#keys.filter((key) => key.kind === 'command');
  }

  /** This command has opened what the key with that id had wrapped. */
  remember(id: string, key: WrappingKey): void {
    if (key.kind === 'command') this.#commandsById.set(id, key);
  }

  /** Held for certain: its bytes are here, or the command has proved it. */
  held(id: string): WrappingKey | undefined {
    return this.#keys.find((key) => key.id === id) ?? this.#commandsById.get(id);
  }

  /** Key material that sealed secrets directly, before there were data keys. */
  bytesOf(id: string): VaultKey | undefined {
    return this.#keys.find((key): key is VaultKey => key instanceof VaultKey && key.id === id);
  }
}

/** Keys that are in memory already. */
export function givenKeys(keys: readonly WrappingKey[], where = 'the given key'): KeySource {
  return { where, read: async () => keys };
}
