// The script of pages with graphs, beside the one of all pages: a browser that shows none need not read it.

import { bringGraphs } from "./graph.ts";

bringGraphs();
