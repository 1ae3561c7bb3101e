// A message as a mail: the headers by which people, filters and other mail programs know it, text, HTML and graphs.

import { htmlOf } from "../core/alert/html.ts";
import type { Message, Notice } from "../core/alert/message.ts";
import { oneLine } from "../core/alert/short.ts";
import { subjectOf } from "../core/alert/subject.ts";
import { textOf } from "../core/alert/text.ts";
import {
  MAIL_GRAPH_BYTES_MAX,
  MAIL_GRAPHS_MAX,
  MAIL_GRAPHS_MS_MAX,
  MESSAGE_NOTICES_SHOWN_MAX,
} from "../core/limits.ts";
import { offsetAt } from "../process/localtime.ts";
import type { Delivery } from "./channel.ts";

export interface Mail {
  /** The envelope: who gets it, and who is told that it could not be delivered. */
  from: string;
  to: string;
  /** Lines end with LF or CR LF, 7-bit. Each attempt has the same, so the same Message-ID. */
  raw: Buffer;
}

type Composing = Pick<Delivery, "from" | "version" | "graph">;

/** Never rejects for a graph that cannot be had. */
export async function composeMail(
  message: Message,
  delivery: Composing,
  graphs_ms = MAIL_GRAPHS_MS_MAX,
): Promise<Mail> {
  const { default: MailComposer } = await import("nodemailer/lib/mail-composer");
  const graphs = await graphsOf(message, delivery, graphs_ms);
  const { user, server } = message;
  const html = htmlOf(message, offsetAt, (notice) => graphs.find((each) => each.notice === notice));
  const mail = new MailComposer({
    from: { name: "dmon", address: delivery.from },
    to: { name: oneLine(user.name), address: user.mail },
    subject: subjectOf(message),
    date: new Date(message.made_s * 1000),
    messageId: `<${idOf(message.id, server)}>`,
    ...threadOf(message),
    text: textOf(message, offsetAt),
    html,
    attachments: graphs.map(({ cid, png }, i) => ({
      cid,
      content: Buffer.from(png),
      contentType: "image/png",
      filename: `graph-${i + 1}.png`,
      contentDisposition: "inline",
    })),
    headers: headersOf(message, delivery.version),
    baseBoundary: atoms(message.id).slice(0, 36), // else each attempt would be another mail
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return { from: delivery.from, to: user.mail, raw: await mail.compile().build() };
}

/**
 * Who answers machines must not answer this one (RFC 3834, and the header of Microsoft's servers). No `Precedence: bulk`: it says the
 * same less clearly, and servers and filters take it as leave to delay, which an alert cannot afford.
 */
function headersOf(message: Message, version: string): Record<string, string> {
  const tags = [...new Set(message.notices.map(({ tag }) => oneLine(tag)))];
  const [worst] = message.notices;
  return {
    "Auto-Submitted": "auto-generated",
    "X-Auto-Response-Suppress": "All",
    "X-Mailer": `dmon ${version}`,
    "X-Dmon-Host": tags.slice(0, MESSAGE_NOTICES_SHOWN_MAX).join(", "),
    "X-Dmon-Level": oneLine(worst?.level ?? ""),
    "X-Dmon-Kind": worst?.kind ?? "",
  };
}

/**
 * Each problem is a thread: all mails of it refer to an id that is made of the problem's and that no mail has, so that it does not
 * matter which of them came first, or at all. Only what follows the first one says that it is an answer.
 */
function threadOf({ notices, server }: Message): { references: string[]; inReplyTo?: string } {
  const problems = new Set(notices.slice(0, MESSAGE_NOTICES_SHOWN_MAX).map(({ problem }) => problem));
  const references = [...problems].map((problem) => `<problem.${idOf(problem, server)}>`);
  const [first] = references;
  const isFirst = notices.every(({ kind }) => kind === "problem");
  return { references, ...(isFirst || first === undefined ? {} : { inReplyTo: first }) };
}

/** An id of a mail (RFC 5322, 3.6.4), whatever the names of the message are. */
function idOf(local: string, server: string): string {
  return `${atoms(local) || "0"}@${atoms(server) || "dmon"}`;
}

function atoms(text: string): string {
  return text.replace(/[^A-Za-z0-9.-]+/g, "-").replace(/^\.+|\.+$|(\.)\.+/g, "$1");
}

interface Graph {
  notice: Notice;
  cid: string;
  png: Uint8Array;
}

/** Of the worst that are no recoveries, as many as can be had in time. */
async function graphsOf(message: Message, { graph }: Pick<Delivery, "graph">, graphs_ms: number): Promise<Graph[]> {
  const wanted = message.notices.filter(({ kind }) => kind !== "recovery").slice(0, MAIL_GRAPHS_MAX);
  let timer: Timer | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), graphs_ms);
  });
  const graphs = wanted.map(async (notice, i): Promise<Graph[]> => {
    const png = await Promise.race([graph(notice).catch(() => undefined), late]);
    const isFit = png !== undefined && png.length > 0 && png.length <= MAIL_GRAPH_BYTES_MAX;
    return isFit ? [{ notice, cid: `graph-${i + 1}.${idOf(message.id, message.server)}`, png }] : [];
  });
  try {
    return (await Promise.all(graphs)).flat();
  } finally {
    clearTimeout(timer);
  }
}
