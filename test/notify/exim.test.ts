// Mails by a real mail server, read back from its mailboxes: plain, by STARTTLS with a login, and by its sendmail.

import { describe, expect, test } from "bun:test";
import { textOf } from "../../src/core/alert/text.ts";
import { type Delivery, SendError } from "../../src/notify/channel.ts";
import { composeMail } from "../../src/notify/compose.ts";
import mail from "../../src/notify/mail.ts";
import { sendBySendmail } from "../../src/notify/sendmail.ts";
import { offsetAt } from "../../src/process/localtime.ts";
import { digest, hostile, message, notice, one, storm } from "../core/alert/messages.ts";
import { Exim, LOGIN, lacksExim } from "./exim.ts";

const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
const signal = new AbortController().signal;
const to = (url: string): Delivery => ({
  url,
  from: "dmon@server.example.org",
  version: "1.0.0",
  graph: async () => PNG,
  signal,
});

const login = `${encodeURIComponent(LOGIN.user)}:${encodeURIComponent(LOGIN.password)}@`;

describe.skipIf(lacksExim)("exim", () => {
  test("what arrives is what was written", async () => {
    await using exim = await Exim.start();
    const url = `smtp://127.0.0.1:${exim.port}`;
    const sent = [one, digest, hostile, storm];
    for (const each of sent) expect(await mail.send(each, to(url))).toMatch(/^250 OK id=/);
    const mails = await exim.mails("anna", sent.length);
    for (const [i, it] of sent.entries()) {
      const got = mails.find(({ text }) => text?.trimEnd() === textOf(it, offsetAt).trimEnd());
      expect(got?.to?.[0]?.address).toBe("anna@example.org");
      expect(got?.from?.address).toBe("dmon@server.example.org");
      expect(got?.headers.filter(({ key }) => key === "return-path")).toEqual([]);
      expect(got?.html).toStartWith("<!doctype html>");
      expect(got?.attachments.length).toBe([1, 3, 1, 3][i] ?? 0);
    }
    const [first] = mails;
    expect(first?.subject).toBe("[dmon] crit mars root_usage 97%");
    expect(first?.messageId).toBe(`<${one.id}@server.example.org>`);
    expect(Buffer.from(first?.attachments[0]?.content as ArrayBuffer)).toEqual(PNG);
    expect(first?.html).toContain(`src="cid:${first?.attachments[0]?.contentId?.replace(/[<>]/g, "")}"`);
    // The connection was one for all of them.
    expect(exim.log().match(/<= dmon@server\.example\.org/g)).toHaveLength(sent.length);
  }, 30_000);

  test("a user that it does not know is refused for good, in its words", async () => {
    await using exim = await Exim.start();
    const nobody = message([notice()], { user: { name: "nobody", mail: "nobody@example.org", options: {} } });
    const error = await mail.send(nobody, to(`smtp://localhost:${exim.port}`)).catch((reason) => reason);
    expect(error).toBeInstanceOf(SendError);
    expect(error.message).toMatch(/^localhost: RCPT TO: 550 .*/);
    expect(error.isPermanent).toBe(true);
  }, 30_000);

  test("STARTTLS and a login, with a certificate that is trusted by its file", async () => {
    await using exim = await Exim.start({ tls: true });
    const at = `localhost:${exim.port}`;
    expect(await mail.send(one, to(`smtp://${login}${at}?ca=${exim.ca}`))).toMatch(/^250 OK id=/);
    // On this host itself nobody else can listen: no certificate is asked for.
    expect(await mail.send(one, to(`smtp://${login}${at}`))).toMatch(/^250 OK id=/);
    await exim.mails("anna", 2);
    expect(exim.log().match(/ P=esmtpsa X=TLS1\.3:\S+ .*A=plain:dmon@example\.org/g)).toHaveLength(2);
  }, 30_000);

  test("a certificate of somebody else, a wrong password and no login at all are refused", async () => {
    await using exim = await Exim.start({ tls: true });
    await using other = await Exim.start({ tls: true });
    const at = `localhost:${exim.port}`;
    const failure = async (url: string) => {
      const error = await mail.send(one, to(url)).catch((reason) => reason);
      expect(error).toBeInstanceOf(SendError);
      expect(error.isPermanent || error.isUnsure).toBe(false);
      return error.message;
    };
    expect(await failure(`smtp://${login}${at}?ca=${other.ca}`)).toMatch(/^localhost: STARTTLS: .*ca=\/FILE/);
    expect(await failure(`smtp://${login}${at}?ca=/nowhere`)).toMatch(/^smtp: ca=\/nowhere cannot be read: ENOENT/);
    expect(await failure(`smtp://dmon:falsch@${at}?ca=${exim.ca}`)).toMatch(/^localhost: AUTH PLAIN: 535 /);
    expect(await failure(`smtp://${login}${at}?tls=off`)).toBe("localhost: AUTH: the server offers no login");
    expect(exim.log()).not.toContain("<=");
  }, 30_000);

  test("its sendmail takes a mail, and delivers it in the background", async () => {
    await using exim = await Exim.start();
    const paths = [exim.sendmail()];
    const raw = await composeMail(one, to(""));
    expect(await sendBySendmail(raw, { signal, paths })).toBe("sendmail has it");
    const [got] = await exim.mails("anna", 1);
    expect(got?.text?.trimEnd()).toBe(textOf(one, offsetAt).trimEnd());
    expect(got?.messageId).toBe(`<${one.id}@server.example.org>`);
  }, 30_000);
});
