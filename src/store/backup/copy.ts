/** COPY of whole tables through the driver, which speaks that part of the protocol but offers no streams for it. */
import { once } from 'node:events';
import type { Connection, PoolClient, Submittable } from 'pg';
import { databaseProblem } from '../database-problem.ts';

/** What the driver's connection has besides its declared members. */
interface CopyConnection {
  readonly stream: NodeJS.ReadWriteStream & { readonly writableNeedDrain: boolean };
  query(text: string): void;
  sendCopyFromChunk(chunk: Uint8Array): void;
  endCopyFrom(): void;
  sendCopyFail(reason: string): void;
}

/** Beyond this the server is asked to wait, so that memory stays small however fast it reads. */
const WAITING_BYTES_MAX = 4 * 1024 * 1024;

/** Members that the driver calls on whatever runs on a connection, and that a COPY has no use for. */
abstract class CopyQuery implements Submittable {
  readonly text: string;
  protected connection: CopyConnection | undefined;
  protected failure: unknown;
  protected isOver = false;
  #wake: () => void = () => {};
  #news: Promise<void> = Promise.resolve();

  constructor(text: string) {
    this.text = text;
    this.#renew();
  }

  submit(connection: Connection): void {
    this.connection = connection as unknown as CopyConnection;
    this.connection.query(this.text);
  }

  handleError(error: unknown): void {
    this.failure ??= error;
    this.isOver = true;
    this.tell();
  }

  handleReadyForQuery(): void {
    this.isOver = true;
    this.tell();
  }

  handleRowDescription(): void {}
  handleDataRow(): void {}
  handlePortalSuspended(): void {}
  handleEmptyQuery(): void {}
  handleCommandComplete(): void {}

  protected tell(): void {
    this.#wake();
    this.#renew();
  }

  /** Resolves at the next thing that happens. Take it before you look, so that nothing is missed in between. */
  protected news(): Promise<void> {
    return this.#news;
  }

  #renew(): void {
    this.#news = new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

class CopyOut extends CopyQuery {
  readonly #chunks: Buffer[] = [];
  #waitingBytes = 0;
  #isPaused = false;

  handleCopyData({ chunk }: { chunk: Buffer }): void {
    // The driver reads the next message into the same memory.
    this.#chunks.push(Buffer.from(chunk));
    this.#waitingBytes += chunk.length;
    if (this.#waitingBytes > WAITING_BYTES_MAX && !this.#isPaused) {
      this.#isPaused = true;
      this.connection?.stream.pause();
    }
    this.tell();
  }

  async *rows(): AsyncGenerator<Buffer> {
    for (;;) {
      const news = this.news();
      const taken = this.#chunks.splice(0);
      this.#waitingBytes = 0;
      if (taken.length > 0) yield* taken;
      else if (this.failure !== undefined) throw databaseProblem(this.failure);
      else if (this.isOver) return;
      else {
        if (this.#isPaused) {
          this.#isPaused = false;
          this.connection?.stream.resume();
        }
        await news;
      }
    }
  }
}

class CopyIn extends CopyQuery {
  #isOpen = false;

  handleCopyInResponse(): void {
    this.#isOpen = true;
    this.tell();
  }

  async load(chunks: AsyncIterable<Uint8Array>): Promise<void> {
    await this.#until(() => this.#isOpen);
    const { connection } = this;
    if (this.failure !== undefined || connection === undefined) throw databaseProblem(this.failure);
    try {
      for await (const chunk of chunks) {
        if (this.failure !== undefined) break;
        connection.sendCopyFromChunk(chunk);
        if (connection.stream.writableNeedDrain) await Promise.race([once(connection.stream, 'drain'), this.news()]);
      }
      if (this.failure === undefined) connection.endCopyFrom();
    } catch (error) {
      connection.sendCopyFail('what was to be loaded cannot be read');
      await this.#until(() => false);
      throw error;
    }
    await this.#until(() => false);
    if (this.failure !== undefined) throw databaseProblem(this.failure);
  }

  /** Until the condition holds or the statement is over. */
  async #until(condition: () => boolean): Promise<void> {
    while (!condition() && !this.isOver) {
      const news = this.news();
      if (condition() || this.isOver) return;
      await news;
    }
  }
}

/** What the server sends for `copy … to stdout`: in the text format one row per chunk. Read it to its end. */
export function copyOut(client: PoolClient, statement: string): AsyncGenerator<Buffer> {
  return client.query(new CopyOut(statement)).rows();
}

/** Runs `copy … from stdin` with these bytes. When they cannot be read, or the server refuses them, it throws. */
export function copyIn(client: PoolClient, statement: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  return client.query(new CopyIn(statement)).load(chunks);
}
