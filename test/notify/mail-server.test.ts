// The URL of a mail server: what it means, and what is said of one that means nothing.

import { expect, test } from "bun:test";
import mail from "../../src/notify/mail.ts";
import { type MailServer, parseMailServer } from "../../src/notify/mail-server.ts";

test.each<[url: string, is: MailServer]>([
  ["smtp://mail.example.org", { host: "mail.example.org", port: 25, tls: "offered", isVerified: true }],
  ["smtp://mail:2525\n", { host: "mail", port: 2525, tls: "offered", isVerified: true }],
  ["smtps://mail", { host: "mail", port: 465, tls: "start", isVerified: true }],
  // A password goes over no wire in the clear, unless somebody says so.
  ["smtp://a:b@mail", { host: "mail", port: 587, tls: "required", user: "a", password: "b", isVerified: true }],
  [
    "smtp://a:b@mail?tls=offered",
    { host: "mail", port: 587, tls: "offered", user: "a", password: "b", isVerified: true },
  ],
  [
    "smtp://a:b@localhost",
    { host: "localhost", port: 587, tls: "offered", user: "a", password: "b", isVerified: false },
  ],
  [
    "smtp://a%40x:p%2F%23%3F%3A@mail:25",
    { host: "mail", port: 25, tls: "required", user: "a@x", password: "p/#?:", isVerified: true },
  ],
  ["smtp://mail?tls=off", { host: "mail", port: 25, tls: "off", isVerified: true }],
  [
    "smtp://mail?tls=required&ca=/etc/ssl/own.pem",
    { host: "mail", port: 25, tls: "required", ca: "/etc/ssl/own.pem", isVerified: true },
  ],
  ["smtp://127.0.0.1", { host: "127.0.0.1", port: 25, tls: "offered", isVerified: false }],
  ["smtp://127.1.2.3?ca=/x", { host: "127.1.2.3", port: 25, tls: "offered", ca: "/x", isVerified: true }],
  ["smtp://[::1]:26", { host: "::1", port: 26, tls: "offered", isVerified: false }],
  ["smtp://[2001:db8::1]", { host: "2001:db8::1", port: 25, tls: "offered", isVerified: true }],
  // Only its beginning looks like this host.
  ["smtp://127.example.org", { host: "127.example.org", port: 25, tls: "offered", isVerified: true }],
  ["smtp://localhost.example.org", { host: "localhost.example.org", port: 25, tls: "offered", isVerified: true }],
])("%s", (url, is) => {
  expect(parseMailServer(url)).toEqual(is);
  expect(mail.accepts(url)).toBe(true);
});

test.each<[url: string, says: RegExp]>([
  ["mail.example.org", /no URL of a mail server: write smtp:\/\/\[user/],
  ["http://mail", /no URL of a mail server/],
  ["smtp://", /no URL of a mail server/],
  ["smtp://u:geheim#1@mail", /no URL of a mail server.* %23/],
  ["smtp://u:geheim/1@mail", /no URL of a mail server.* %2F/],
  ["smtp://mail:99999", /no URL of a mail server/],
  ["smtp://mail/geheim", /has a path/],
  ["smtp://mail#geheim", /has a path/],
  ["smtp://anna@mail", /a user without a password/],
  ["smtp://:geheim@mail", /a user without a password/],
  ["smtp://a:%zz@mail", /a % that stands for no character: write %25/],
  ["smtp://mail?tls=yes", /tls=yes: write one of required, offered, off/],
  ["smtp://mail?ca=own.pem", /no path: write ca=\/etc/],
  ["smtp://mail?secure=true", /unknown option secure: there are tls and ca/],
])("%s is refused", (url, says) => {
  expect(() => parseMailServer(url)).toThrow(says);
  expect(() => parseMailServer(url)).not.toThrow(/geheim/);
  expect(mail.accepts(url)).toBe(false);
});

test("no URL is the local sendmail", () => {
  expect(mail.accepts("")).toBe(true);
});
