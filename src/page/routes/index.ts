// All addresses that answer with what the server knows. The first that matches counts.

import type { Route } from "../route.ts";
import act from "./act.ts";
import graphData from "./graph-data.ts";
import { pages } from "./pages.ts";
import plot from "./plot.ts";

export const routes: readonly Route[] = [...pages, graphData, plot, act];
