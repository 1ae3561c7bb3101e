// Writes the pages of docs/ that derive from declarations: npm run docs.

import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { manual as apiManual } from "../src/page/api/manual.ts";
import { manual } from "../src/work/manual.ts";
import { probeManual } from "../src/work/probe-manual.ts";

const docs = join(dirname(import.meta.dir), "docs");
writeFileSync(join(docs, "work.conf.md"), manual());
writeFileSync(join(docs, "probes.md"), probeManual());
writeFileSync(join(docs, "api.md"), apiManual());
