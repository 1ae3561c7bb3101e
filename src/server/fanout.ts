// One question to many clients at once: parallel under a bound, a dead host holds up nobody, and the answer says for
// each host what became of it, in the order in which they answered.

/** Calls `ask` for each host and yields one line a host as it finishes: its name and the answer, or the error. */
export async function* fanOut(
  hosts: readonly string[],
  atOnce: number,
  ask: (host: string) => Promise<string>,
): AsyncGenerator<string> {
  const done: string[] = [];
  const queue = hosts.values();
  let wake: (() => void) | undefined;
  let running = 0;
  const worker = async () => {
    for (const host of queue) {
      done.push(
        await ask(host).then(
          (answer) => line(host, answer),
          (error: Error) => line(host, `error: ${error.message}`),
        ),
      );
      wake?.();
    }
    running--;
    wake?.();
  };
  for (let i = 0; i < Math.min(atOnce, hosts.length); i++) {
    running++;
    void worker();
  }
  for (;;) {
    while (done.length > 0) yield done.shift() ?? "";
    if (running === 0) return;
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
    wake = undefined;
  }
}

function line(host: string, answer: string): string {
  return `${host} ${answer.trim().replace(/\s*\n\s*/g, " | ")}\n`;
}
