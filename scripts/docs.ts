// Writes the pages of docs/ that derive from declarations: npm run docs.

import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { manual } from "../src/work/manual.ts";

writeFileSync(join(dirname(import.meta.dir), "docs/work.conf.md"), manual());
