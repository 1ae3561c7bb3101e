// Run by the harness: sends PING to the ports of its arguments, one after the other, until stdin ends; prints the
// milliseconds of each answer, or NaN.

import { speak } from "./speak.ts";

const ports = process.argv.slice(2).map(Number);
const state = { going: true };
process.stdin.on("end", () => {
  state.going = false;
});
process.stdin.resume();

while (state.going) {
  for (const port of ports) {
    const start = performance.now();
    const answer = await speak({ port, timeout_ms: 5000 }, "PING\n").catch(() => "");
    console.log(answer.startsWith("COMMAND PING\nPONG from ") ? (performance.now() - start).toFixed(1) : "NaN");
  }
  await Bun.sleep(20);
}
