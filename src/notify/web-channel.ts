// What channels that POST have in common. The rest is loaded when the first message is sent: mk-work and clients send none.

import type { Delivery } from "./channel.ts";
import type { Post } from "./post.ts";

export async function send(post: Post, delivery: Delivery): Promise<string> {
  const web = await import("./post.ts");
  return web.post(post, delivery);
}
