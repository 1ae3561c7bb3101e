// /login: the form, and what comes of it.

import { plainPage, redirect, troublePage } from "../document.ts";
import { FormRefused, readForm } from "../form.ts";
import { type LoneRoute, READING } from "../route.ts";
import { cookieName, cookiesOf, setCookie } from "../session/cookie.ts";
import { type Guest, hostsOf, sessionCookie } from "../session/guest.ts";
import { TOKEN_FIELD } from "../session/posted.ts";
import { safeReturn } from "../session/return.ts";
import { isSame, newNonce } from "../session/signing.ts";
import type { Asked } from "../view.ts";
import { type LoginShown, loginMain } from "../views/login.ts";

const route: LoneRoute = {
  path: "/login",
  methods: [...READING, "POST"],
  open: true,
  async alone(asked) {
    const { guest, request, url, query } = asked;
    if (!guest)
      return troublePage({ status: 404, heading: "Not found", message: "Nobody can log in here." }, undefined, url);
    if (request.method === "POST") return post(asked, guest);
    const to = safeReturn(query.get("to"));
    return guest.session ? redirect(303, to) : form(asked, guest, { to });
  },
};
export default route;

/**
 * Before anybody has logged in, too, a form is only taken from the browser that it was given to: else another site could log its
 * visitor in as somebody else, who would then act under that name. A browser that logs in twice at a time has one token for both.
 */
const PRE_COOKIE = "dmon_login";

function form(
  { request, url }: Asked,
  guest: Guest,
  shown: Omit<LoginShown, "token" | "fault">,
  status = 200,
): Response {
  const { caller, door } = guest;
  const name = cookieName(PRE_COOKIE, caller.isSecure);
  const nonce = cookiesOf(request.headers.get("Cookie"), name).find(isNonce) ?? newNonce();
  const { fault } = door.logins;
  const main = loginMain({
    ...shown,
    token: door.logins.tokenOf({ nonce: `login ${nonce}` }),
    ...(fault ? { fault } : {}),
  });
  const response = plainPage(status, { title: "Log in", main }, { url });
  response.headers.append("Set-Cookie", setCookie(name, nonce, caller.isSecure, undefined, "Strict"));
  return response;
}

async function post(asked: Asked, guest: Guest): Promise<Response> {
  const { caller, door } = guest;
  let fields: URLSearchParams;
  try {
    fields = await readForm(asked.request, hostsOf(guest));
  } catch (error) {
    if (!(error instanceof FormRefused)) throw error;
    return troublePage(
      { status: error.status, heading: "Nobody was logged in", message: error.message },
      undefined,
      asked.url,
    );
  }
  const to = safeReturn(fields.get("to"));
  const user = (fields.get("user") ?? "").trim();
  const shown = { to, user };
  const nonces = cookiesOf(asked.request.headers.get("Cookie"), cookieName(PRE_COOKIE, caller.isSecure));
  const token = fields.get(TOKEN_FIELD) ?? "";
  if (!nonces.some((nonce) => isNonce(nonce) && isSame(token, door.logins.tokenOf({ nonce: `login ${nonce}` }))))
    return form(
      asked,
      guest,
      {
        ...shown,
        wrong: "The form was too old, or your browser keeps no cookies, without which nobody can log in. Try again.",
      },
      403,
    );
  const found = await door.logins.login({ user, password: fields.get("password") ?? "" }, caller.address);
  if (!("refused" in found)) {
    const response = redirect(303, to);
    response.headers.append("Set-Cookie", sessionCookie(guest, found));
    return response;
  }
  if (found.refused === "wrong") return form(asked, guest, { ...shown, wrong: "Name or password is wrong." }, 403);
  const wrong = `There were too many attempts. Try again in ${found.wait_s} s; on the host of these pages, dmon passwd sets a new password at once.`;
  const response = form(asked, guest, { ...shown, wrong }, 429);
  response.headers.set("Retry-After", String(found.wait_s));
  return response;
}

function isNonce(text: string): boolean {
  return /^[\w-]{22}$/.test(text);
}
