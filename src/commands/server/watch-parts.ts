// The parts of an answer to WATCH, as JSON.

import { planned, voiceOf } from "./clients.ts";
import type { PlacedSeen, ServerDesk } from "./desk.ts";
import { shown } from "./downtime.ts";

/** `"mars.example.org":{…}`: all that is known of a host; undefined when it is not of the work. */
export function hostPart(desk: ServerDesk, host: string): string | undefined {
  const found = desk.host(host);
  if (!found) return undefined;
  const [{ tag, via }, known] = found;
  const told = desk.told(host);
  const seen = {
    tag,
    ...(via ? { via } : {}),
    ...(known ? { about: known.about, received: known.received } : {}),
    ...voiceOf(desk, via ?? host),
    ...(Object.keys(told).length > 0 ? { told } : {}),
    state: known?.state ?? {},
  };
  return `${JSON.stringify(host)}:${JSON.stringify(seen)}`;
}

export function acksPart(desk: ServerDesk): string {
  return `"acks":${JSON.stringify(desk.people.acks())}`;
}

export function* plannedPart(desk: ServerDesk): Generator<string> {
  yield `"downtimes":${JSON.stringify(desk.people.downtimes().map(shown))},"planned":[`;
  yield* planned(desk);
  yield "]";
}

/** An event with its moment by the server's clock, by which they are ordered, and its place, by which those of one moment are. */
export function eventPart({ event, at_s, row }: PlacedSeen): string {
  return JSON.stringify({ ...event, at: at_s, row });
}

/** What every answer begins with; the same for nobody else, for time goes on. */
export function headPart(desk: ServerDesk, resp: string): string {
  return `{"resp":"ok ${resp}","now":${desk.now_s()},"figures":${JSON.stringify(desk.figures())}`;
}
