import { describe, expect, test } from "bun:test";
import { parsePluginConf } from "../../src/core/munin.ts";

describe("plugin-conf.d", () => {
  const early = "[df*]\nuser root # not so\nenv.warning 92\nenv.a \\#1\n[*_eth0]\nenv.wild yes\n";
  const late = "[d*]\nenv.warning 1\nenv.b 2\n[df]\nenv.warning 80\n[df*]\nuser nobody\n[other]\nuser games\n";
  test("its own section before wildcards, the longer before the shorter, later files before earlier ones", () => {
    expect(parsePluginConf([early, late], "df")).toEqual({ user: "nobody", env: { warning: "80", b: "2", a: "#1" } });
    expect(parsePluginConf([early, late], "df_inode")).toEqual({
      user: "nobody",
      env: { warning: "92", b: "2", a: "#1" },
    });
    expect(parsePluginConf([early, late], "if_eth0")).toEqual({ env: { wild: "yes" } });
    expect(parsePluginConf(["nothing\nuser x", ""], "df")).toEqual({ env: {} });
  });
});
