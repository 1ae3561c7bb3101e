import { describe, expect, test } from "bun:test";
import { isContainer, readIfTold } from "../../src/core/host.ts";
import { ProbeError } from "../../src/core/reading.ts";
import { fakeHost } from "../probes/fake-host.ts";

describe("a container", () => {
  const inNamespace = (inode: number, ...marks: string[]) => {
    const host = fakeHost(Object.fromEntries(marks.map((path) => [path, ""])));
    const status = { kind: "other" as const, size: 0, changed_s: 0, id: `4:${inode}` };
    return { ...host, stat: (path: string) => (path === "/proc/self/ns/pid" ? status : host.stat(path)) };
  };
  test.each([
    ["has processes of its own", inNamespace(4_026_532_201), true],
    ["is not what has the first namespace", inNamespace(4_026_531_836), false],
    ["is not a machine made of the image of one", inNamespace(4_026_531_836, "/.dockerenv"), false],
    ["of an old kernel is known by its marks", fakeHost({ "/.dockerenv": "" }), true],
    ["of podman too", fakeHost({ "/run/.containerenv": "" }), true],
    ["has marks", fakeHost({}), false],
  ])("%s", (_, host, wanted) => expect(isContainer(host)).toBe(wanted));
});

test("what the kernel refuses to tell is not there, and an error of ours is one", () => {
  const throwing = (error: Error) =>
    fakeHost(
      {},
      {
        readIfAny: () => {
          throw error;
        },
      },
    );
  expect(readIfTold(throwing(new ProbeError("EINVAL")), "/x")).toBeUndefined();
  expect(() => readIfTold(throwing(new TypeError("broken")), "/x")).toThrow("broken");
  expect(readIfTold(fakeHost({ "/x": "text" }), "/x")).toBe("text");
});
