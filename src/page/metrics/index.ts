// All metric families, in the order in which they are exported.

import type { Family } from "./exposition.ts";
import { hostFamilies, type Scrape } from "./hosts.ts";
import { processFamilies } from "./process.ts";
import { serverFamilies } from "./server.ts";

export const families: readonly Family<Scrape & { version: string }>[] = [
  ...processFamilies,
  ...serverFamilies,
  ...hostFamilies,
];
