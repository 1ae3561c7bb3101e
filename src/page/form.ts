// What a form of ours sends: read under a bound, and refused where another site sent it.

import { FORM_BYTES_MAX, FORM_MS_MAX } from "../core/limits.ts";

const FORM_TYPE = "application/x-www-form-urlencoded";

/** No form of ours sends this. */
export class FormRefused extends Error {
  override name = "FormRefused";
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The fields of a posted form. `hosts`: names beside the header Host by which a proxy was called. Throws FormRefused. */
export async function readForm(
  request: Request,
  hosts: readonly string[] = [],
  ms_max = FORM_MS_MAX,
): Promise<URLSearchParams> {
  if (isForeign(request, hosts))
    throw new FormRefused(
      403,
      "This was sent by a page of another site. Open the page of dmon itself, or the link of the mail, and use its form.",
    );
  const type = request.headers.get("Content-Type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== FORM_TYPE) throw new FormRefused(415, `A form is sent as ${FORM_TYPE}.`);
  return new URLSearchParams(await readBody(request, ms_max));
}

/** One that drips would keep its connection for hours: each byte is one more before the connection is idle. */
async function readBody({ body }: Request, ms_max: number): Promise<string> {
  const reader = body?.getReader();
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new FormRefused(408, `The form did not come within ${ms_max / 1000} s. Send it again.`)),
    ms_max,
  );
  const chunks: Uint8Array[] = [];
  let size = 0;
  const read = () => Promise.race([reader?.read(), late]);
  try {
    for (let next = await read(); next?.value; next = await read()) {
      size += next.value.length;
      if (size > FORM_BYTES_MAX) throw new FormRefused(413, `No form of dmon has more than ${FORM_BYTES_MAX} bytes.`);
      chunks.push(next.value);
    }
  } catch (error) {
    void reader?.cancel().catch(() => {});
    throw error;
  } finally {
    clearTimeout(timer);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/**
 * Whether a browser says that another site's page made it send this. The ticket in the address, or the token in the form, is what
 * allows to act; this is for who was lured to send one. Our own pages send no origin that one could compare (`null`, for they send no referrer), and browsers tell
 * Sec-Fetch-Site only by HTTPS and on this host.
 */
function isForeign({ headers, url }: Request, hosts: readonly string[]): boolean {
  const site = headers.get("Sec-Fetch-Site");
  if (site !== null) return site !== "same-origin" && site !== "none";
  const origin = headers.get("Origin");
  if (origin === null || origin === "null") return false;
  // Behind a proxy that speaks TLS the scheme is another one: names are compared.
  const own = headers.get("Host") ?? URL.parse(url)?.host ?? "";
  const host = URL.parse(origin)?.host;
  return ![own, ...hosts].some((each) => each.toLowerCase() === host);
}
