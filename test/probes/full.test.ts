import { expect, test } from "bun:test";
import probe from "../../probes/full.ts";
import { given } from "./fake-host.ts";
import { hostWithPast } from "./past.ts";

test.each([
  ["root", "root_usage"],
  ["/", "root_usage"],
  ["/var/lib", "var_lib_usage"],
  ["var_lib", "var_lib_usage"],
])("full %s forecasts %s to 100 percent", async (mount, item) => {
  const host = hostWithPast((minutes) => 98 + minutes / 60);
  expect(probe.madeOf?.(given(mount))).toBe(item);
  expect(await probe.read(host, given(mount))).toEqual({
    left: { value: expect.closeTo(7200, 3), text: "98 % now, +1 %/h" },
  });
  expect(new Set(host.asked.map((asked) => asked.item))).toEqual(new Set([item]));
});
