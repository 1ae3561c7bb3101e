// All addresses that answer with what the server knows. The first that matches counts.

import type { AnyRoute } from "../route.ts";
import act from "./act.ts";
import { api } from "./api.ts";
import { acts } from "./do.ts";
import graphData from "./graph-data.ts";
import * as live from "./live.ts";
import login from "./login.ts";
import logout from "./logout.ts";
import metrics from "./metrics.ts";
import { pages } from "./pages.ts";
import plot from "./plot.ts";
import user from "./user.ts";

export const routes: readonly AnyRoute[] = [
  ...pages,
  graphData,
  plot,
  act,
  login,
  logout,
  user,
  ...acts,
  live.stream,
  live.text,
  metrics,
  ...api,
];
