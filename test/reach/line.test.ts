// Lines to other hosts: whom TLS trusts, by whose word and under which name.

import { describe, expect, test } from "bun:test";
import { HOST_PORT } from "../../src/reach/address.ts";
import { deadlineIn } from "../../src/reach/deadline.ts";
import { connect } from "../../src/reach/line.ts";
import { probeErrorOf } from "../probes/fake-host.ts";
import { certificate, hostile, serve, serveTls } from "../probes/peers.ts";

const ca = certificate("DNS:ca.example.org", 1000);
const good = certificate("DNS:www.example.org,DNS:*.cloud.example.org,IP:127.0.0.1", 30, ca);

async function faultOf(shown: typeof good, name: string, trusted = ca.cert): Promise<string | undefined> {
  const line = await connect({
    host: "127.0.0.1",
    port: await serveTls(shown, hostile.mute),
    deadline: deadlineIn(3000),
  });
  try {
    return (await line.secure(name, trusted)).fault;
  } finally {
    line.close();
  }
}

describe("certificates", () => {
  test.each(["www.example.org", "WWW.example.org", "a.cloud.example.org", "127.0.0.1"])(
    "is trusted for %s",
    async (name) => {
      expect(await faultOf(good, name)).toBeUndefined();
    },
  );

  test.each(["example.org", "a.b.cloud.example.org", "127.0.0.2", "::1", "localhost"])(
    "is not for %s",
    async (name) => {
      expect(await faultOf(good, name)).toBe(
        `the certificate is not for ${name} but for www.example.org, *.cloud.example.org, 127.0.0.1`,
      );
    },
  );

  test("by whose word", async () => {
    const stranger = certificate("DNS:other.example.org", 1000);
    expect(await faultOf(good, "www.example.org", stranger.cert)).toMatch(
      /^the certificate's issuer is not trusted here/,
    );
    expect(await faultOf(certificate("DNS:x", 9), "x")).toBe("the certificate is self-signed");
    expect(await faultOf(certificate("DNS:x", -1, ca), "x")).toBe("the certificate has expired");
  });
});

test("each address of a name has its share of the time, and the last error is told", async () => {
  const port = await serve(hostile.mute, "127.0.0.1"); // localhost may be ::1 first
  const line = await connect({ host: "localhost", port, deadline: deadlineIn(2000) });
  expect(line.connect_ms).toBeLessThan(1000);
  line.close();
});

test("hosts and ports", async () => {
  expect(HOST_PORT.parse("a:1")).toEqual({ host: "a", port: 1 });
  expect(HOST_PORT.parse("[::1]:25")).toEqual({ host: "::1", port: 25 });
  expect(HOST_PORT.parse("::1")).toEqual({ host: "::1" });
  expect(await probeErrorOf(() => HOST_PORT.parse("a:x"))).toBe('"x" is no port; write a number from 1 to 65535');
});
