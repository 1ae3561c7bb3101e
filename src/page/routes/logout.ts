// /logout: ends the session, or all sessions of a user. Only a POST does, for a link could be in any page.

import { plainPage, redirect, troublePage } from "../document.ts";
import { FormRefused } from "../form.ts";
import { type LoneRoute, READING } from "../route.ts";
import { noCookie } from "../session/guest.ts";
import { isMember, readOwnForm } from "../session/posted.ts";
import { logoutMain } from "../views/logout.ts";

const route: LoneRoute = {
  path: "/logout",
  methods: [...READING, "POST"],
  open: true,
  async alone(asked) {
    const { guest, request, url } = asked;
    if (!isMember(guest)) return redirect(303, "./login");
    const { session, door } = guest;
    if (request.method !== "POST")
      return plainPage(200, { title: "Log out", main: logoutMain(session.user, door.logins.tokenOf(session)) }, asked);
    try {
      const fields = await readOwnForm(asked, guest);
      if (fields.has("everywhere")) door.logins.endAll(session.user);
      else door.logins.logout(session);
    } catch (error) {
      const status = error instanceof FormRefused ? error.status : 500;
      const { message } = error as Error;
      return troublePage({ status, heading: "You are still logged in", message }, undefined, url, guest);
    }
    const response = redirect(303, door.isClosed ? "./login" : "./");
    response.headers.append("Set-Cookie", noCookie(guest));
    return response;
  },
};
export default route;
