// Addresses for those who have logged in: others are led to the login, and from there back.

import { rootOf } from "../address.ts";
import { redirect, troublePage } from "../document.ts";
import { FormRefused } from "../form.ts";
import type { Visit } from "../view.ts";
import { isMember, type Member } from "./posted.ts";
import { loginHref } from "./return.ts";

export async function asMember(visit: Visit, work: (member: Member) => Promise<Response>): Promise<Response> {
  const { guest, url } = visit;
  const isLost = visit.request.method === "POST";
  if (!isMember(guest)) {
    if (guest) return redirect(303, `${rootOf(url)}${loginHref(guest, url)}`);
    return troublePage({ status: 404, heading: "Not found", message: "Nobody can log in here." }, visit);
  }
  try {
    return await work(guest);
  } catch (error) {
    if (!(error instanceof FormRefused)) throw error;
    const onward = isLost ? { href: `.${url.pathname}${url.search}`, text: "Open the form again" } : undefined;
    return troublePage({ status: error.status, heading: "Nothing was done", message: error.message, onward }, visit);
  }
}
