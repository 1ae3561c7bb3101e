// A webhook: the facts as JSON, signed as Standard Webhooks has it (standardwebhooks.com), so that libraries of all languages can
// verify it. The secret is the URL's fragment, the one part of a URL that is never sent.

import { createHmac } from "node:crypto";
import { type Delivery, defineChannel } from "./channel.ts";
import { factsOf } from "./facts.ts";
import { send } from "./web-channel.ts";
import { fragmentOf, isWebUrl } from "./web-url.ts";

/** Before a key that is written in base64. */
const ENCODED = "whsec_";
/** A key that can be guessed is none: HMAC-SHA256 with less is found by trying. */
const SECRET_CHARS_MIN = 16;

export default defineChannel({
  name: "webhook",
  is: "URL of a webhook",
  form: "https://…",
  doc: "A POST of JSON to a program of your own, signed with the secret behind # of the URL.",
  example: "channel desk webhook https://desk.example.org/dmon#whsec_ZG1vbiBzaWducyB3aXRoIHRoaXMga2V5",
  accepts: isWebUrl,
  fault: (url) => {
    const secret = fragmentOf(url);
    if (secret === "" && !url.includes("#")) return undefined;
    if (secret.length < SECRET_CHARS_MIN)
      return {
        message: `the secret behind # is shorter than ${SECRET_CHARS_MIN} characters`,
        hint: "make one: openssl rand -base64 24",
      };
    if (secret.startsWith(ENCODED) && !isBase64(secret.slice(ENCODED.length)))
      return {
        message: `what is behind ${ENCODED} is no base64`,
        hint: `leave ${ENCODED} out if the secret is a text`,
      };
    return undefined;
  },
  wantsAll: true,
  send: (message, delivery) => {
    const body = JSON.stringify(factsOf(message));
    return send({ url: new URL(delivery.url), body, headers: headersOf(message.id, body, delivery) }, delivery);
  },
});

function isBase64(text: string): boolean {
  return /^(?:[\w+/-]{4})*(?:[\w+/-]{2}(?:==)?|[\w+/-]{3}=?)?$/.test(text);
}

function headersOf(id: string, body: string, { url, now_ms }: Delivery): Record<string, string> {
  const time_s = Math.floor((now_ms?.() ?? Date.now()) / 1000); // of the attempt: old ones are refused as replayed
  const named = { "Webhook-Id": id, "Webhook-Timestamp": String(time_s) };
  const secret = fragmentOf(url);
  return secret === "" ? named : { ...named, "Webhook-Signature": signature(secret, id, time_s, body) };
}

/** `v1,BASE64` over `ID.TIMESTAMP.BODY`. A secret that begins with `whsec_` is base64, any other is its own bytes. */
export function signature(secret: string, id: string, time_s: number, body: string): string {
  const key = secret.startsWith(ENCODED)
    ? Buffer.from(secret.slice(ENCODED.length), "base64")
    : Buffer.from(secret, "utf8");
  return `v1,${createHmac("sha256", key).update(`${id}.${time_s}.${body}`).digest("base64")}`;
}
