// Links of a notice, in the order of use. Only whole URLs of the web: what others made may be anything.

import type { Notice } from "../core/alert/message.ts";
import { isWebUrl } from "./web-url.ts";

export interface Link {
  label: string;
  url: string;
}

/** What a person can do about a notice; nothing about what is over. */
export function actionsOf({ kind, links = {} }: Notice): Link[] {
  if (kind === "recovery") return [];
  const named: [string, string | undefined][] = [
    ["Acknowledge", links.ack],
    ["Downtime", links.downtime],
  ];
  return named.flatMap(([label, url]) => (url !== undefined && isWebUrl(url) ? { label, url } : []));
}

/** Where it is looked at. */
export function pageOf({ links }: Notice): string | undefined {
  return links?.page !== undefined && isWebUrl(links.page) ? links.page : undefined;
}
