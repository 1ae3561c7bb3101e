// From the address of a request to the page that it is of. Pure.

import type { AnyView } from "./view.ts";
import { views } from "./views/index.ts";

export interface Match {
  view: AnyView;
  params: Record<string, string>;
}

export function findView(segments: readonly string[]): Match | undefined {
  for (const view of views) {
    const pattern = view.path.split("/").slice(1);
    if (pattern.length !== segments.length) continue;
    const params: Record<string, string> = {};
    const fits = pattern.every((word, i) => {
      const segment = segments[i] ?? "";
      if (!word.startsWith(":")) return word === segment;
      params[word.slice(1)] = segment;
      return segment !== "";
    });
    if (fits) return { view, params };
  }
  return undefined;
}

/** The ticket of a link in a mail, `/act/TICKET`; undefined for other addresses. */
export function ticketAt(segments: readonly string[]): string | undefined {
  const [act, ticket, ...more] = segments;
  return act === "act" && ticket && more.length === 0 ? ticket : undefined;
}

// Bun gives only the path when the request had no Host.
export function parseUrl(text: string): URL | undefined {
  return URL.parse(text) ?? URL.parse(`http://localhost${text.startsWith("/") ? "" : "/"}${text}`) ?? undefined;
}

/** The words of a path; undefined where it is broken. */
export function decodeSegments(path: string): string[] | undefined {
  try {
    const segments = path.split("/").slice(1).map(decodeURIComponent);
    return segments.some((segment) => segment.includes("\0")) ? undefined : segments;
  } catch {
    return undefined; // URIError: broken percent-encoding
  }
}

/** The address as a log may have it: who reads that must not be able to act by another's mail. */
export function loggable(address: string): string {
  const url = parseUrl(address);
  if (!url) return "an address that is none";
  const words = url.pathname.split("/").slice(1);
  return (decodeSegments(url.pathname)?.[0] ?? words[0]) === "act" ? `${url.origin}/act/***` : address;
}
