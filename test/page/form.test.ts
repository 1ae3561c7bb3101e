// Forms that come slowly.

import { expect, test } from "bun:test";
import { FormRefused, readForm } from "../../src/page/form.ts";

const headers = { "Content-Type": "application/x-www-form-urlencoded" };

test("a form that drips, or never comes, is given up, and nobody goes on reading it", async () => {
  const ends: string[] = [];
  for (const kind of ["drips", "never comes"]) {
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        if (kind === "drips") await Bun.sleep(5);
        else await ended;
        if (ends.includes(kind)) return;
        controller.enqueue(new Uint8Array([97]));
      },
      cancel() {
        ends.push(kind);
        resolve();
      },
    });
    const request = new Request("http://localhost/login", { method: "POST", headers, body });
    const error = await readForm(request, [], 50).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(FormRefused);
    expect((error as FormRefused).status).toBe(408);
  }
  expect(ends).toEqual(["drips", "never comes"]);
});

test("one that comes in parts is read", async () => {
  const parts = ["a=1&", "b=", "2"].map((part) => new TextEncoder().encode(part));
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const part = parts.shift();
      if (part) controller.enqueue(part);
      else controller.close();
    },
  });
  const fields = await readForm(new Request("http://localhost/login", { method: "POST", headers, body }));
  expect([...fields]).toEqual([
    ["a", "1"],
    ["b", "2"],
  ]);
});
