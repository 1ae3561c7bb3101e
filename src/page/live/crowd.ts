// How many watch what, and from where: so many that all have room, and nobody takes that of all.

import {
  LIVE_ADDRESS_CHANNELS_MAX,
  LIVE_ADDRESS_STREAMS_MAX,
  LIVE_CHANNELS_MAX,
  LIVE_CHARS_MAX,
  LIVE_STREAMS_MAX,
} from "../../core/limits.ts";
import { hostOfAddress } from "../../core/prefix.ts";

/** There are more streams than this server has room for. */
export class LiveCrowded extends Error {
  override name = "LiveCrowded";
}

/** The pages that are watched, by name. */
type Watched = ReadonlyMap<string, { chars: number }>;

export class Crowd {
  /** Streams by page, by address. */
  private readonly places = new Map<string, Map<string, number>>();
  private streams = 0;

  get isEmpty(): boolean {
    return this.streams === 0;
  }

  /** Makes room for one more. `channels`: the pages that are watched already. Throws LiveCrowded. */
  enter(address: string, page: string, channels: Watched): void {
    const place = hostOfAddress(address);
    const pages = this.places.get(place) ?? new Map<string, number>();
    const fault = this.faultOf(address, pages, page, channels);
    if (fault !== undefined) throw new LiveCrowded(fault);
    this.streams++;
    pages.set(page, (pages.get(page) ?? 0) + 1);
    this.places.set(place, pages);
  }

  leave(address: string, page: string): void {
    const place = hostOfAddress(address);
    const pages = this.places.get(place);
    const left = (pages?.get(page) ?? 0) - 1;
    this.streams--;
    if (left > 0) pages?.set(page, left);
    else pages?.delete(page);
    if (pages?.size === 0) this.places.delete(place);
  }

  private faultOf(
    address: string,
    pages: ReadonlyMap<string, number>,
    page: string,
    channels: Watched,
  ): string | undefined {
    if (this.streams >= LIVE_STREAMS_MAX) return `${this.streams} browsers watch these pages already`;
    if (channels.size >= LIVE_CHANNELS_MAX && !channels.has(page)) return `${channels.size} pages are watched already`;
    const chars = channels.values().reduce((sum, each) => sum + each.chars, 0);
    if (chars >= LIVE_CHARS_MAX && !channels.has(page)) return `${channels.size} large pages are watched already`;
    const streams = pages.values().reduce((sum, count) => sum + count, 0);
    const most = `from ${address}, which is as much as one address may; a proxy there has to be named in http_proxies of dmon.conf`;
    if (streams >= LIVE_ADDRESS_STREAMS_MAX) return `${streams} browsers watch these pages ${most}`;
    if (pages.size >= LIVE_ADDRESS_CHANNELS_MAX && !pages.has(page)) return `${pages.size} pages are watched ${most}`;
    return undefined;
  }
}
