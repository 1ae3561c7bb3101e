// What all answers have in common: a few headers, and gzip, of which Bun.serve has none of its own.

import { isStreamed } from "./pieces.ts";

/** For everything that is served. */
export const SECURITY_HEADERS = {
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
};

/** Below this a compressed answer is hardly smaller than the packet that carries it. */
const GZIP_BYTES_MIN = 1024;

/** gzip where the browser takes it and it is worth it; HEAD gets the headers that GET would. */
export async function compress(request: Request, response: Response): Promise<Response> {
  if (isStreamed(response)) return compressStream(request, response);
  if (response.headers.get("Content-Type") === "text/event-stream") return response; // it has no end
  const body = new Uint8Array(await response.arrayBuffer());
  const headers = new Headers(response.headers);
  headers.set("Vary", "Accept-Encoding");
  const worth = body.length > GZIP_BYTES_MIN && acceptsGzip(request.headers.get("Accept-Encoding") ?? "");
  const sent = worth ? Bun.gzipSync(body, { level: 5 }) : body;
  if (worth) headers.set("Content-Encoding", "gzip");
  if (response.status !== 304) headers.set("Content-Length", String(sent.length));
  const bare = request.method === "HEAD" || response.status === 304;
  return new Response(bare ? null : sent, { status: response.status, headers });
}

/** The same of an answer that is made while it is sent. It is long, so gzip is worth it; how long, nobody knows yet. */
async function compressStream(request: Request, { body, status, headers: own }: Response): Promise<Response> {
  const headers = new Headers(own);
  headers.set("Vary", "Accept-Encoding");
  const packs = acceptsGzip(request.headers.get("Accept-Encoding") ?? "");
  if (packs) headers.set("Content-Encoding", "gzip");
  if (request.method === "HEAD") {
    await body?.cancel();
    return new Response(null, { status, headers });
  }
  return new Response(packs ? (body?.pipeThrough(new CompressionStream("gzip")) ?? null) : body, { status, headers });
}

/** Whether an Accept-Encoding header takes gzip (RFC 9110, 12.5.3). */
export function acceptsGzip(header: string): boolean {
  let any = false;
  for (const part of header.toLowerCase().split(",").slice(0, 20)) {
    const [coding = "", ...params] = part.split(";").map((word) => word.trim());
    const refused = params.some((param) => /^q=0(\.0*)?$/.test(param));
    if (coding === "gzip" || coding === "x-gzip") return !refused;
    if (coding === "*") any = !refused;
  }
  return any;
}
