// Links that act: each names one action on one problem for one user, is signed by the server, and expires. Who has the mail may use
// it; who has only seen the page may not.

import { createHmac, timingSafeEqual } from "node:crypto";
import type { Notice } from "../core/alert/message.ts";
import { TICKET_CHARS_MAX, TICKET_LASTS_S } from "../core/limits.ts";

type TicketAction = "ack" | "downtime";

export interface Ticket {
  action: TicketAction;
  host: string;
  item: string;
  user: string;
  /** The event with which the problem began: a ticket is for that one only. */
  problem: string;
  /** Seconds since the epoch. */
  expires_s: number;
}

/** Of the HMAC: 128 bits, so that links are no longer than they must be. */
const SIGNATURE_BYTES = 16;
const ACTIONS: readonly TicketAction[] = ["ack", "downtime"];

/** Why a text is no ticket (any more). */
export interface TicketFault {
  fault: "forged" | "expired";
  why: string;
}

export class Tickets {
  private readonly key: Uint8Array;

  constructor(key: Uint8Array) {
    this.key = key;
  }

  /** Where a notice leads; what acts is for this problem and user alone. `pages`: undefined where nobody could follow. */
  links({ host, tag, item, problem }: Notice, user: string, pages: string | undefined, now_s: number): Notice["links"] {
    if (pages === undefined) return undefined;
    const ticket = (action: TicketAction) => `${pages}act/${this.issue({ action, host, item, user, problem }, now_s)}`;
    const page = `${pages}graph/${encodeURIComponent(tag)}/${encodeURIComponent(item)}`;
    return { page, ack: ticket("ack"), downtime: ticket("downtime") };
  }

  issue(ticket: Omit<Ticket, "expires_s">, now_s: number): string {
    const { action, host, item, user, problem } = ticket;
    const expires_s = Math.ceil(now_s) + TICKET_LASTS_S;
    const body = Buffer.from(JSON.stringify([ACTIONS.indexOf(action), host, item, user, problem, expires_s]));
    return `${body.toString("base64url")}.${this.sign(body).toString("base64url")}`;
  }

  /** The ticket, or why it is none (any more). */
  read(text: string, now_s: number): Ticket | TicketFault {
    const why = "this link is not whole, or not from this server; use the one in the mail";
    const forged: TicketFault = { fault: "forged", why };
    const [part = "", signature = "", ...more] = text.split(".");
    if (text.length > TICKET_CHARS_MAX || more.length > 0) return forged;
    const body = Buffer.from(part, "base64url");
    const given = Buffer.from(signature, "base64url");
    if (given.length !== SIGNATURE_BYTES || !timingSafeEqual(given, this.sign(body))) return forged;
    const [action, host, item, user, problem, expires_s] = JSON.parse(body.toString()) as [
      number,
      string,
      string,
      string,
      string,
      number,
    ];
    if (now_s > expires_s) return { fault: "expired", why: "this link has expired; use: dmon ack, or dmon downtime" };
    return { action: ACTIONS[action] ?? "ack", host, item, user, problem, expires_s };
  }

  private sign(body: Uint8Array): Buffer {
    return createHmac("sha256", this.key).update(body).digest().subarray(0, SIGNATURE_BYTES);
  }
}
