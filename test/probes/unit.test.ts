// The probe unit is tested beside systemd, by the same service: test/probes/systemd.test.ts.

import { expect, test } from "bun:test";
import unit from "../../probes/unit.ts";
import { fakeHost, given } from "./fake-host.ts";

test("no data where another init runs", async () => {
  expect(await unit.read(fakeHost({}), given("nginx"))).toEqual({});
});
