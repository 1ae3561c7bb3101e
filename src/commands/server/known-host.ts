// A host named by a peer: its tag or its name.

import { didYouMean } from "../../core/diagnostic.ts";
import { Refusal } from "../../wire/command.ts";
import type { ServerDesk } from "./desk.ts";

/** The canonical name of a host of the work; throws Refusal, naming the nearest. */
export function knownHost(desk: Pick<ServerDesk, "canonical" | "hosts">, name: string): string {
  const host = desk.canonical(name);
  if (host !== undefined) return host;
  const names = desk.hosts().flatMap(([fqdn, { tag }]) => [fqdn, tag]);
  throw new Refusal(
    [`no host is called ${JSON.stringify(name.slice(0, 80))}`, didYouMean(name, names)].filter(Boolean).join("; "),
  );
}
