// Time zones by name, as the tz database has them. They are asked of ICU, which costs memory: only where one is named.

import { didYouMean } from "../core/diagnostic.ts";
import type { Word } from "../core/lexer.ts";
import type { Complain } from "./statement.ts";

const ZONE_FORM = "a zone of the tz database such as Europe/Berlin";

/** Whether a zone that was read is one, or none was; that it is unknown is said at its word. */
export function isKnownZone(zone: string | undefined, at: Word | undefined, complain: Complain): boolean {
  if (zone === undefined || at === undefined || isZone(zone)) return true;
  const near = didYouMean(zone, Intl.supportedValuesOf("timeZone"));
  complain(at, `unknown time zone "${zone}"`, near ?? `write ${ZONE_FORM}`);
  return false;
}

/** What a person means who writes `Berlin`, `europe/berlin` or `CET` where a zone may stand; undefined for other words. */
export function zoneMeant(word: string): string | undefined {
  const text = word.toLowerCase().replaceAll(" ", "_");
  const found = Intl.supportedValuesOf("timeZone").find(
    (zone) => zone.toLowerCase() === text || zone.toLowerCase().endsWith(`/${text}`),
  );
  return found ?? (/^[A-Z]{3,}$/.test(word) && isZone(word) ? ZONE_FORM : undefined);
}

/** The local time in a zone, `2026-11-22T22:00`. */
export function timeIn(zone: string, now_s: number): string {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" });
  return format.format(now_s * 1000).replace(" ", "T");
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name }).format();
    return true;
  } catch {
    return false;
  }
}
