// All statements of work.conf, in the order in which they are documented.

import type { StatementDeclaration } from "../statement.ts";
import fit from "./fit.ts";
import fitLevel from "./fit_level.ts";
import flap from "./flap.ts";
import get from "./get.ts";
import host from "./host.ts";
import item from "./item.ts";
import pmaker from "./pmaker.ts";

export const statements: readonly StatementDeclaration[] = [host, pmaker, item, get, fitLevel, fit, flap];
