// Links of mails that act, `/act/TICKET`.

import { act } from "../act.ts";
import { pageAnswer, redirect } from "../document.ts";
import { READING, type Route } from "../route.ts";

const route: Route = {
  path: "/act/:ticket",
  methods: [...READING, "POST"],
  open: true, // the ticket is the right
  async answer(visit, source) {
    const acted = await act(visit.request, visit.params.ticket ?? "", visit, source);
    return "location" in acted ? redirect(303, acted.location) : pageAnswer(acted.status, acted, visit);
  },
};
export default route;
