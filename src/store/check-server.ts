// Looks a server's database over: whether SQLite finds it whole, whether its events and reports read, and what there is.

import type { Database } from "bun:sqlite";
import { eventShape } from "../core/event.ts";
import { parseForeignJson } from "../core/json.ts";
import { aboutShape, hostStateShape } from "../core/report.ts";
import { ShapeError } from "../core/shape.ts";
import { type CheckedFile, checkFile, isReadable, WRONG_MAX } from "./check.ts";
import { type EventRow, toEvent } from "./event-row.ts";
import { type KeptReport, SERVER_SCHEMA } from "./server-store.ts";

export interface CheckedServer extends CheckedFile {
  events: number;
  /** When the first event came, and the last one. */
  from_s: number | null;
  to_s: number | null;
  reports: number;
}

export function checkServer(db: Database): CheckedServer {
  const file = checkFile(db, SERVER_SCHEMA);
  if (!isReadable(file)) return { ...file, events: 0, from_s: null, to_s: null, reports: 0 };
  return db.transaction((): CheckedServer => {
    const { events, from_s, to_s } = db
      .query("SELECT count(*) AS events, min(received) AS from_s, max(received) AS to_s FROM event")
      .get() as Pick<CheckedServer, "events" | "from_s" | "to_s">;
    const reports = Number(db.query("SELECT count(*) FROM report").values()[0]?.[0] ?? 0);
    lookAt(db, file);
    return { ...file, events, from_s, to_s, reports };
  })();
}

function lookAt(db: Database, file: CheckedFile): void {
  const attempt = (what: string, read: () => unknown) => {
    try {
      read();
    } catch (error) {
      if (!(error instanceof ShapeError) && !(error instanceof SyntaxError)) throw error;
      if (file.wrong.length < WRONG_MAX) file.wrong.push(`${what}: ${error.message}`);
      else file.wrong_more++;
    }
  };
  for (const row of db.query("SELECT * FROM event").iterate() as Iterable<EventRow>)
    attempt(`event ${row.seq}`, () => eventShape(toEvent(row), ""));
  for (const { host, about, state } of db.query("SELECT * FROM report").iterate() as Iterable<KeptReport>) {
    attempt(`report of ${host}`, () => {
      aboutShape(parseForeignJson(about), "");
      hostStateShape(parseForeignJson(state), "");
    });
  }
}
