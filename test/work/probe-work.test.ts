import { expect, test } from "bun:test";
import process from "../../probes/process.ts";
import { makeWorks } from "../../src/work/compile.ts";
import { workOfProbe } from "../../src/work/probe-work.ts";

const fail = (message: string): never => {
  throw new Error(message);
};

test("an option may have blanks in it, from the shell as in a work-config", () => {
  const words = ["java", "cmd=^java -jar web$"];
  const wanted = { args: ["java"], options: { cmd: "^java -jar web$" } };
  expect(workOfProbe(process, words, fail).process).toMatchObject(wanted);
  const text = 'host mars mars\nitem web process java cmd="^java -jar web$"\nget mars web\n';
  expect(makeWorks("work.conf", text, "mars").clients.get("mars")?.hosts.mars?.items.web).toMatchObject(wanted);
});

test("what has blanks and is no option is an argument", () => {
  expect(workOfProbe(process, ["tmux: server"], fail).process).toMatchObject({ args: ["tmux: server"] });
});
