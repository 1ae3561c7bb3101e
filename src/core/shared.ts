// What several readings of one round share: the table of mounts for all its disks, one walk over all processes.

import type { Host } from "./host.ts";

/** What was made so lately is of the same round. */
const SHARED_MS = 500;

/** One for each thing that is shared. It holds nothing: when nobody needs it any more, the collector of garbage takes it. */
export class Shared<T extends object> {
  private readonly hosts = new WeakMap<Host, { at_ms: number; made: WeakRef<T> }>();

  /** What was made for this host in this round, or what `make` makes now. */
  get(host: Host, make: () => T): T {
    const at_ms = host.mono_ms();
    const known = this.hosts.get(host);
    const made = known && at_ms - known.at_ms < SHARED_MS ? known.made.deref() : undefined;
    if (made) return made;
    const anew = make();
    this.hosts.set(host, { at_ms, made: new WeakRef(anew) });
    return anew;
  }
}
