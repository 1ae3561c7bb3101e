import { describe, expect, test } from "bun:test";
import { AddressBook } from "../../src/wire/access.ts";

describe("who is behind an address", () => {
  test("names are resolved, fixed addresses are not, and IPv4 in IPv6 is IPv4", async () => {
    const asked: string[] = [];
    const book = new AddressBook(async (name) => {
      asked.push(name);
      return ["::ffff:192.0.2.1", "2001:db8::1"];
    });
    book.setHosts([{ host: "mars.example.org" }, { host: "fixed.example.org", addr: "192.0.2.9" }]);
    await book.refresh();
    expect(book.hostsAt("192.0.2.1")).toEqual(["mars.example.org"]);
    expect(book.hostsAt("2001:db8::1")).toEqual(["mars.example.org"]);
    expect(book.hostsAt("192.0.2.9")).toEqual(["fixed.example.org"]);
    expect(book.hostsAt("192.0.2.77")).toEqual([]);
    expect(asked).toEqual(["mars.example.org"]);
  });

  test("while the resolver is down the last good answer stands, and nobody else gets in", async () => {
    let up = true;
    const book = new AddressBook(async () => {
      if (!up) throw new Error("no answer");
      return ["192.0.2.1"];
    });
    book.setHosts([{ host: "mars.example.org" }, { host: "venus.example.org" }]);
    await book.refresh();
    up = false;
    await book.refresh();
    expect(book.hostsAt("192.0.2.1")).toEqual(["mars.example.org", "venus.example.org"]);
    expect(book.hostsAt("192.0.2.2")).toEqual([]);
  });

  test("new work during a resolution wins over it", async () => {
    const waiting: (() => void)[] = [];
    const book = new AddressBook(async (name) => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      return [name === "old.example.org" ? "192.0.2.1" : "192.0.2.2"];
    });
    book.setHosts([{ host: "old.example.org" }, { host: "moved.example.org" }]);
    const refreshed = book.refresh();
    book.setHosts([{ host: "new.example.org" }, { host: "moved.example.org", addr: "192.0.2.9" }]);
    for (let i = 0; i < 10; i++) {
      waiting.shift()?.();
      await Bun.sleep(0);
    }
    await refreshed;
    expect(book.hostsAt("192.0.2.1")).toEqual([]);
    expect(book.hostsAt("192.0.2.2")).toEqual(["new.example.org"]);
    expect(book.hostsAt("192.0.2.9")).toEqual(["moved.example.org"]);
  });
});
