// The host's inventory as the start of this daemon had it written (cli/inventory.ts); read anew when the file changes.

import { readFileSync, statSync } from "node:fs";
import { parseForeignJson } from "../core/json.ts";
import { type Inventory, inventoryShape } from "../core/report.ts";

/** Reads `file` when it is asked for; undefined while there is none that can be read. */
export function inventoryFrom(file: string): () => Inventory | undefined {
  let known: { changed_ms: number; inventory?: Inventory } | undefined;
  return () => {
    try {
      const changed_ms = statSync(file).mtimeMs;
      if (known?.changed_ms !== changed_ms) {
        known = { changed_ms }; // a file that does not read is not read again
        known.inventory = inventoryShape(parseForeignJson(readFileSync(file, "utf8")), "");
      }
    } catch {
      // A page without it is no trouble.
    }
    return known?.inventory;
  };
}
