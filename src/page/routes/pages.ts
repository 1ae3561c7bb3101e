// Each page of views/ has the address that it declares.

import { pageAnswer } from "../document.ts";
import type { Route } from "../route.ts";
import { views } from "../views/index.ts";

export const pages: readonly Route[] = views.map((view) => ({
  path: view.path,
  answer: async (visit, source) => {
    const page = await view.open(visit, source);
    return pageAnswer(page.status, page, visit, view);
  },
}));
