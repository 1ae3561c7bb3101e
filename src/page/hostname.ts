// Which names in a request's Host header are ours. A page elsewhere that points its own name at our address (DNS
// rebinding) must not read the monitor through its visitor's browser. Pure.

/**
 * Whether a Host header (without port) may name this server: an address, `localhost`, a name without dots, a name in
 * `known`, or one below it.
 */
export function isOwnName(name: string, known: Iterable<string>): boolean {
  const own = name.toLowerCase().replace(/\.$/, "");
  if (isAddress(own) || own === "localhost" || own.endsWith(".localhost")) return true;
  if (!/^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$/.test(own)) return false;
  if (!own.includes(".")) return true; // nobody outside can register it
  for (const other of known) {
    const host = other.toLowerCase();
    // No neighbours: below a domain such as duckdns.org or co.uk they belong to somebody else.
    if (own === host || (host.includes(".") && own.endsWith(`.${host}`))) return true;
  }
  return false;
}

function isAddress(name: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(name) || /^\[[0-9a-f:.]+\]$/.test(name);
}
