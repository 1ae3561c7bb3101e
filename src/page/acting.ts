// What can be done about an item or a host, as links to forms. Who has not logged in is led to the login, and from there back.

import type { HostStatus, Row } from "./fleet.ts";
import { type Html, html } from "./html.ts";
import type { PlannedView } from "./model.ts";
import type { Sight } from "./view.ts";

type Viewed = Pick<Sight, "guest">;

/** Of an item: acknowledge it or take that back, plan work or end it. `to`: where to go on, from the root. */
export function actLinks(row: Row, sight: Viewed, isWell: boolean, to = ""): Html | null {
  const { host, item, ack, planned, stale } = row;
  const { tag } = host.view;
  // Of a host that is silent nobody knows the items; what can be done is about the host.
  if (host.silent && (stale || item === "dmon") && !(ack && stale)) return null;
  return links(sight, {
    of: `${tag} ${item}`,
    where: queryOf({ host: tag, item, to }),
    to,
    acked: ack !== undefined,
    isWell,
    planned,
  });
}

/** Of a host as a whole: planned work, and where it is silent, an acknowledgement of that. */
export function hostActLinks({ view, planned, dead, care }: HostStatus, sight: Viewed, to = ""): Html | null {
  const where = queryOf({ host: view.tag, to });
  return links(sight, { of: view.tag, where, to, acked: dead && care === "acknowledged", isWell: !dead, planned });
}

interface Links {
  of: string;
  where: string;
  to: string;
  acked: boolean;
  isWell: boolean;
  planned: readonly PlannedView[];
}

function links({ guest }: Viewed, { of, where, to, acked, isWell, planned }: Links): Html | null {
  if (!guest || guest.door.logins.fault !== undefined) return null; // nobody could
  const link = (href: string, text: string) => html`<a href="do/${href}" aria-label="${text}: ${of}">${text}</a>`;
  const own = planned.find(({ id }) => id !== undefined);
  const acking = acked ? link(`unack?${where}`, "take back") : isWell ? null : link(`ack?${where}`, "acknowledge");
  const working = own
    ? link(`end?${queryOf({ id: String(own.id), to })}`, "end the work")
    : link(`downtime?${where}`, "plan work");
  return html`<div class="acts">${acking}${working}</div>`;
}

function queryOf(fields: Record<string, string>): string {
  const shown = Object.entries(fields).filter(([, value]) => value !== "");
  return shown.map(([key, value]) => `${key}=${encodeURIComponent(value.toWellFormed())}`).join("&");
}
