// All addresses that answer with what the server knows. The first that matches counts.

import type { Route } from "../route.ts";
import act from "./act.ts";
import { api } from "./api.ts";
import * as live from "./live.ts";
import metrics from "./metrics.ts";
import { pages } from "./pages.ts";
import plot from "./plot.ts";

export const routes: readonly Route[] = [...pages, plot, act, live.stream, live.text, metrics, ...api];
