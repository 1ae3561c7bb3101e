// Which mail server is meant, and how it is spoken to: the `smtp` key of dmon.conf.

import { isIP } from "node:net";

export interface MailServer {
  host: string;
  port: number;
  /** `start`: TLS before all else (smtps). `required` and `offered`: by STARTTLS. `off`: never. */
  tls: "start" | "required" | "offered" | "off";
  user?: string;
  password?: string;
  /** A file with authorities that are trusted besides the system's. */
  ca?: string;
  /** Whether the server must show who it is. */
  isVerified: boolean;
}

export const MAIL_SERVER_FORM = "smtp://[user:password@]host[:port], or smtps:// where TLS comes first";
const TLS_WORDS = ["required", "offered", "off"] as const;

/** Reads the URL of a mail server; throws with what would be right. It never repeats a password. */
export function parseMailServer(text: string): MailServer {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  const isTls = url?.protocol === "smtps:";
  if (!url?.hostname || (!isTls && url.protocol !== "smtp:"))
    throw new Error(
      `smtp is no URL of a mail server: write ${MAIL_SERVER_FORM}, and / # ? @ : of a password as %2F %23 %3F %40 %3A`,
    );
  if (url.pathname.length > 1 || url.hash)
    throw new Error("smtp has a path: write / of a password as %2F, and # as %23");
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const user = decoded(url.username);
  const password = decoded(url.password);
  if ((user === "") !== (password === "")) throw new Error("smtp has a user without a password or the other way round");
  const { tls, ca } = optionsOf(url);
  const isLocal = isLoopback(host);
  // A password goes over no wire in the clear, whatever somebody between us and the server takes out of its answer.
  const wanted = tls ?? (user !== "" && !isLocal ? "required" : "offered");
  return {
    host,
    port: url.port === "" ? (isTls ? 465 : user === "" ? 25 : 587) : Number(url.port),
    tls: isTls ? "start" : wanted,
    ...(user === "" ? {} : { user, password }),
    ...(ca === undefined ? {} : { ca }),
    isVerified: !isLocal || ca !== undefined,
  };
}

/** Nobody else listens there, and its certificate is seldom made for that name. */
function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

function optionsOf(url: URL): { tls: (typeof TLS_WORDS)[number] | undefined; ca: string | undefined } {
  for (const name of url.searchParams.keys())
    if (name !== "tls" && name !== "ca") throw new Error(`smtp has an unknown option ${name}: there are tls and ca`);
  const word = url.searchParams.get("tls") ?? undefined;
  const tls = TLS_WORDS.find((each) => each === word);
  if (word !== undefined && tls === undefined)
    throw new Error(`smtp has tls=${word}: write one of ${TLS_WORDS.join(", ")}`);
  const ca = url.searchParams.get("ca") ?? undefined;
  if (ca !== undefined && !ca.startsWith("/"))
    throw new Error("smtp has a ca that is no path: write ca=/etc/ssl/own.pem");
  return { tls, ca };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Error("smtp has a % that stands for no character: write %25");
  }
}
