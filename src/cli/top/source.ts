// What dmon top shows: a mirror of the server's state, kept up to date through this host's own daemon, and judged as for the pages.

import type { Settings } from "../../config/load.ts";
import { DEFAULT_LEVELS, type Level } from "../../core/fitness.ts";
import { LEVELS_MAX, MIRROR_FIRST_MS_MAX, NAME_CHARS_MAX, TEXT_CHARS_MAX } from "../../core/limits.ts";
import { list, object, text } from "../../core/shape.ts";
import type { Fleet } from "../../page/fleet.ts";
import { Judging } from "../../page/judging.ts";
import { Link } from "../../page/mirror/link.ts";
import { Mirror } from "../../page/mirror/mirror.ts";
import { VERSION } from "../../version.ts";
import { askJson } from "../../wire/ask.ts";
import { callOwn, ownClient } from "../own-daemon.ts";
import { explained } from "../server-ask.ts";

const levelsShape = object({
  levels: list(object({ name: text(NAME_CHARS_MAX), label: text(TEXT_CHARS_MAX) }), LEVELS_MAX),
});
const NO_GROUPS = { hosts: {}, items: {} };
/** A person waits for the first screen. */
const PATIENCE = { connect_ms: 3000, total_ms: MIRROR_FIRST_MS_MAX };
/** A level that is not known may be of new work; the work is asked so often at most. */
const LEVELS_AGAIN_MS = 60_000;

export class TopSource {
  readonly mirror: Mirror;
  private readonly settings: Settings;
  private readonly link: Link;
  private readonly judging = new Judging();
  private levels: readonly Level[] = DEFAULT_LEVELS;
  private asked_ms = Number.NEGATIVE_INFINITY;
  private made: Fleet | undefined;

  constructor(settings: Settings) {
    this.settings = settings;
    this.mirror = new Mirror({
      server: () => settings.server,
      version: VERSION,
      levels: () => this.levels,
      groups: () => NO_GROUPS,
    });
    this.link = new Link(this.mirror, { target: () => ownClient(settings.conf), by: "SERVER" });
  }

  /** Begins, and resolves when the first answer is there. Throws an Error that says what to do when there is none. */
  async start(): Promise<void> {
    const { conf, server } = this.settings;
    const levels = this.learnLevels();
    this.link.start();
    await callOwn(conf, async () => {
      const failure = await this.link.refresh();
      if (failure) throw explained(failure, server);
    });
    await levels;
  }

  stop(): void {
    this.link.stop();
  }

  /** All as it is known at this moment. Throws when nothing was ever known. */
  fleet(): Fleet {
    const overview = this.mirror.overview();
    if (!overview) throw new Error("the server was not heard yet");
    if (this.made?.overview !== overview) this.made = this.judging.judge(overview);
    const { counts, scale } = this.made;
    if ([...counts.keys()].some((level) => scale.look(level) === "odd")) void this.learnLevels();
    return this.made;
  }

  /** Of this host's own work, for no other may be read. Where there is none, the levels are those of a host that stands alone. */
  private async learnLevels(): Promise<void> {
    if (performance.now() - this.asked_ms < LEVELS_AGAIN_MS) return;
    this.asked_ms = performance.now();
    try {
      const { data } = await askJson(
        ownClient(this.settings.conf),
        `SERVER WORK client ${this.settings.hostname}`,
        PATIENCE,
      );
      const { levels } = levelsShape(JSON.parse(String(data)), "");
      if (levels.length > 0 && !Bun.deepEquals(levels, this.levels)) this.levels = levels;
    } catch {
      // The levels that are known stay; one that is not is shown by its name.
    }
  }
}
