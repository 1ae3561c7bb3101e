// The dead man's switch: an address that is called as long as all is well, so that somebody outside notices when it is not.

import { defineChannel } from "./channel.ts";
import { locate } from "./location.ts";
import { post } from "./post.ts";
import { isWebUrl } from "./web-url.ts";

/** It is located and called as a channel, though it bears no message. */
export const heartbeatPlace = defineChannel({
  name: "heartbeat",
  is: "URL",
  form: "https://hc.example.org/ping/…",
  example: "",
  doc: "",
  accepts: isWebUrl,
  send: () => Promise.reject(new Error("it takes no message")),
});

/** Calls it by GET. `warning`: what is not right with the file that has the URL. Throws SendError, without the URL's secrets. */
export async function beat(where: string, version: string, signal: AbortSignal): Promise<{ warning?: string }> {
  const { url, warning } = locate(where, heartbeatPlace);
  const never = () => Promise.resolve(undefined);
  await post({ url: new URL(url) }, { url, version, from: "", graph: never, signal });
  return warning === undefined ? {} : { warning };
}
