// A mail server that misbehaves as its script says: what it answers at each step, and when it says nothing or goes away.

import { createServer, type Server, type Socket } from "node:net";

/** What is said at a step: a reply, or `silence`, or the end of the connection: `close`, `reset`. */
export type Answer = string;

export interface Script {
  greeting?: Answer;
  ehlo?: Answer;
  starttls?: Answer;
  auth?: Answer;
  mail?: Answer;
  rcpt?: Answer;
  data?: Answer;
  message?: Answer;
  /** What begins each connection after the first. */
  quit?: Answer;
}

const USUAL: Required<Script> = {
  greeting: "220 bad.example.org ESMTP",
  ehlo: "250-bad.example.org\r\n250-8BITMIME\r\n250 SIZE 1000000",
  starttls: "454 4.7.0 no TLS",
  auth: "235 2.7.0 welcome",
  mail: "250 2.1.0 ok",
  rcpt: "250 2.1.5 ok",
  data: "354 go ahead",
  message: "250 2.0.0 queued as 4711",
  quit: "221 2.0.0 bye",
};

export class BadMailServer implements AsyncDisposable {
  /** What it was told, line by line, and the messages that it got whole, in the order of their coming. */
  readonly commands: string[] = [];
  readonly messages: string[] = [];
  connections = 0;
  private script: Required<Script>;
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();

  private constructor(script: Script) {
    this.script = { ...USUAL, ...script };
    this.server = createServer((socket) => this.serve(socket));
  }

  static async start(script: Script = {}): Promise<BadMailServer> {
    const bad = new BadMailServer(script);
    const { promise, resolve } = Promise.withResolvers<void>();
    bad.server.listen(0, "127.0.0.1", resolve);
    await promise;
    return bad;
  }

  get url(): string {
    return `smtp://127.0.0.1:${this.port}`;
  }

  get port(): number {
    const address = this.server.address();
    return typeof address === "object" && address ? address.port : 0;
  }

  /** From the next step on. */
  becomes(script: Script): void {
    this.script = { ...USUAL, ...script };
  }

  /** Ends all connections, as a server does that has waited for long enough. */
  hangUp(): void {
    for (const socket of this.sockets) socket.end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.server.close(() => resolve());
    await promise;
  }

  private serve(socket: Socket): void {
    this.connections++;
    this.sockets.add(socket);
    socket.on("close", () => this.sockets.delete(socket));
    socket.on("error", () => {});
    let waiting = "";
    let inMessage = false;
    say(socket, this.script.greeting);
    socket.on("data", (piece) => {
      waiting += piece.toString("latin1");
      for (;;) {
        const [end, length] = inMessage ? [waiting.indexOf("\r\n.\r\n"), 5] : [waiting.indexOf("\r\n"), 2];
        if (end < 0) return;
        const line = waiting.slice(0, end);
        waiting = waiting.slice(end + length);
        if (inMessage) {
          this.messages.push(line.replace(/^\.\./gm, "."));
          inMessage = false;
          say(socket, this.script.message);
        } else {
          this.commands.push(line);
          const step = stepOf(line);
          inMessage = step === "data" && this.script.data.startsWith("354");
          say(socket, step === undefined ? "500 5.5.1 what?" : this.script[step]);
        }
      }
    });
  }
}

const VERBS: Readonly<Record<string, keyof Script>> = {
  EHLO: "ehlo",
  HELO: "ehlo",
  STARTTLS: "starttls",
  AUTH: "auth",
  MAIL: "mail",
  RCPT: "rcpt",
  DATA: "data",
  QUIT: "quit",
};

function stepOf(line: string): keyof Script | undefined {
  return VERBS[line.split(" ", 1)[0]?.toUpperCase() ?? ""];
}

function say(socket: Socket, answer: Answer): void {
  if (answer === "silence") return;
  if (answer === "close") socket.end();
  else if (answer === "reset") socket.resetAndDestroy();
  else socket.write(`${answer}\r\n`);
}
