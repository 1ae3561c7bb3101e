// Addresses of requests, as far as they can be read; and where the pages' root is, seen from one. Pure.

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

/**
 * The way from an address to the root of the pages: `../` for each directory that it is below it. All links are relative to that, so
 * the pages work below any path of a proxy, and nobody has to be told of it.
 */
export function rootOf({ pathname }: URL): string {
  return "../".repeat(pathname.split("/").length - 2) || "./";
}

/** The address as a log may have it: who reads that must not be able to act by another's mail. */
export function loggable(address: string): string {
  const url = parseUrl(address);
  if (!url) return "an address that is none";
  const words = url.pathname.split("/").slice(1);
  return (decodeSegments(url.pathname)?.[0] ?? words[0]) === "act" ? `${url.origin}/act/***` : address;
}
