import type { ServerResponse } from 'node:http';
import type { ChangePlace } from '../../../app/index.ts';
import type { Changes } from './change-hub.ts';

/** Whoever was away for longer asks for everything anew. */
const RESUMED_MS_MAX = 600_000;
const PLACE = /^(\d{1,15})\.(\d{1,15})$/;

/** Server-sent events to one listener. What it does not take in time is not kept for it: it is told to ask for everything anew. */
export class EventStream {
  private readonly response: ServerResponse;
  private isFull = false;
  private hasMissed = false;
  private place: ChangePlace;

  constructor(response: ServerResponse, place: ChangePlace) {
    this.response = response;
    this.place = place;
    response.on('drain', () => {
      this.isFull = false;
      if (!this.hasMissed) return;
      this.hasMissed = false;
      this.reset(this.place);
    });
  }

  /** Says from where on it tells. */
  hello(): void {
    this.write('hello', {}, this.place);
  }

  /** Everything that is shown may have changed. */
  reset(place: ChangePlace): void {
    this.place = place;
    this.write('reset', {}, place);
  }

  tell({ changes, place, isTooMuch }: Changes): void {
    if (isTooMuch) {
      this.reset(place);
      return;
    }
    this.place = place;
    for (const { type, id, state } of changes) this.write(type, { id, state }, place);
  }

  /** Shows both sides that the other one is there. Ends a stream that has taken nothing since the beat before. */
  beat(): void {
    if (this.isFull) this.response.destroy();
    else this.write('beat', {});
  }

  private write(event: string, data: object, place?: ChangePlace): void {
    if (this.response.destroyed || this.response.writableEnded) return;
    if (this.isFull) {
      this.hasMissed = true;
      return;
    }
    const id = place ? `id: ${place.position}.${place.atMs}\n` : '';
    this.isFull = !this.response.write(`${id}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }
}

/** Where a listener that comes again has stopped; `undefined`: it is told to ask for everything anew. */
export function resumedFrom(lastEventId: string, now: ChangePlace): ChangePlace | undefined {
  const [, position = '', atMs = ''] = PLACE.exec(lastEventId) ?? [];
  const place = { position: Number(position), atMs: Number(atMs) };
  if (position === '' || place.position > now.position) return undefined;
  return place.atMs <= now.atMs && place.atMs >= now.atMs - RESUMED_MS_MAX ? place : undefined;
}
