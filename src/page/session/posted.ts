// A form that acts: sent by a page that this session was given, and by nobody else's.

import { FormRefused, readForm } from "../form.ts";
import type { Asked } from "../view.ts";
import type { Session } from "./cookie.ts";
import { type Guest, hostsOf } from "./guest.ts";
import { isSame } from "./signing.ts";

/** A guest who has logged in. */
export interface Member extends Guest {
  session: Session;
}

export function isMember(guest: Guest | undefined): guest is Member {
  return guest?.session !== undefined;
}

/** What each form has in it. */
export const TOKEN_FIELD = "token";

/** The fields. Throws FormRefused. */
export async function readOwnForm({ request }: Pick<Asked, "request">, guest: Member): Promise<URLSearchParams> {
  const fields = await readForm(request, hostsOf(guest));
  if (!isSame(fields.get(TOKEN_FIELD) ?? "", guest.door.logins.tokenOf(guest.session)))
    throw new FormRefused(403, "This form was made for another login. Open it again, and send it from there.");
  return fields;
}
