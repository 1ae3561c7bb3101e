// /user: one's own page: how alerts reach me, a test of that, another password, and the end of sessions.

import { PAGE_MS_MAX, PASSWORD_CHARS_MAX } from "../../core/limits.ts";
import { pageAnswer, redirect } from "../document.ts";
import { type PageSource, type PersonView, SourceRefused, SourceUnavailable } from "../model.ts";
import { READING, type Route } from "../route.ts";
import { faultOf } from "../session/choice.ts";
import { sessionCookie } from "../session/guest.ts";
import { asMember } from "../session/member.ts";
import { type Member, readOwnForm } from "../session/posted.ts";
import type { Visit } from "../view.ts";
import { type UserShown, userMain } from "../views/user.ts";
import { sentence } from "../wish.ts";

const route: Route = {
  path: "/user",
  methods: [...READING, "POST"],
  answer: (visit, source) =>
    asMember(visit, async (member) => {
      if (visit.request.method !== "POST")
        return await show(visit, member, source, visit.query.get("done") === "password" ? { changed: true } : {});
      const fields = await readOwnForm(visit, member);
      return fields.get("what") === "test" ? test(visit, member, source) : password(visit, member, source, fields);
    }),
};
export default route;

async function show(visit: Visit, member: Member, source: PageSource, shown: Partial<UserShown>, status = 200) {
  const { user } = member.session;
  const { person, trouble } = await personOf(user, source);
  const token = member.door.logins.tokenOf(member.session);
  const main = userMain(visit, {
    user,
    token,
    ...(person ? { person } : {}),
    ...(trouble ? { trouble } : {}),
    ...shown,
  });
  return pageAnswer(status, { title: user, main }, visit);
}

/** An older server does not know the question; the page has more than its answer. */
async function personOf(user: string, source: PageSource): Promise<{ person?: PersonView; trouble?: string }> {
  try {
    return { person: await source.person(user) };
  } catch (error) {
    if (!(error instanceof SourceRefused || error instanceof SourceUnavailable)) throw error;
    return { trouble: sentence(error.message) };
  }
}

/** A mail server that thinks for long is not waited for: the page would be given up. */
const TEST_WAIT_MS = PAGE_MS_MAX - 3_000;

async function test(visit: Visit, member: Member, source: PageSource): Promise<Response> {
  const { user } = member.session;
  let timer: Timer | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), TEST_WAIT_MS);
  });
  try {
    const tried = await Promise.race([source.sendTest(user), late]);
    return await show(visit, member, source, { tried: tried ?? "late" });
  } catch (error) {
    if (!(error instanceof SourceRefused)) throw error;
    return await show(visit, member, source, { untried: sentence(error.message) }, 409);
  } finally {
    clearTimeout(timer);
  }
}

async function password(visit: Visit, member: Member, source: PageSource, fields: URLSearchParams): Promise<Response> {
  const { session, door, caller } = member;
  const { user } = session;
  const [old = "", wanted = "", again = ""] = ["old", "new", "again"].map((name) => fields.get(name) ?? "");
  const refuse = (wrong: string, status = 400) => show(visit, member, source, { wrong }, status);
  if (wanted !== again) return refuse("The two new passwords are not the same.");
  const fault =
    wanted.length > PASSWORD_CHARS_MAX ? `it is longer than ${PASSWORD_CHARS_MAX} characters` : faultOf(wanted, user);
  if (fault !== undefined) return refuse(sentence(fault));
  const tried = await door.logins.tried({ user, password: old }, caller.address);
  if ("refused" in tried) {
    if (tried.refused === "wrong") return refuse("The old password is wrong.", 403);
    const response = await refuse(`There were too many attempts. Try again in ${tried.wait_s} s.`, 429);
    response.headers.set("Retry-After", String(tried.wait_s));
    return response;
  }
  let begun: typeof session;
  try {
    begun = await door.logins.change(user, wanted);
  } catch (error) {
    return refuse(`The password could not be kept: ${(error as Error).message}`, 500);
  }
  const response = redirect(303, "./user?done=password");
  response.headers.append("Set-Cookie", sessionCookie(member, begun));
  return response;
}
