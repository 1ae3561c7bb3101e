// A program in a terminal of its own, and what a person would see there: the few sequences of ECMA-48 and xterm that dmon top writes,
// taken at their word; any other is an error of who wrote it.

const SEQUENCE = /^\x1b\[(\?)?([\d;]*)([A-Za-z])/;

export class SeenTerminal implements AsyncDisposable {
  width: number;
  height: number;
  /** Lines of the screen that is shown, and of the usual one while the other is. */
  private lines: string[][] = [];
  private usual: string[][] | undefined;
  private row = 0;
  private column = 0;
  private rest = "";
  private readonly decoder = new TextDecoder();
  /** What was switched: `25` is the cursor, `7` the wrap at the edge, `1049` the other screen. */
  readonly modes = new Map<string, boolean>();
  /** All bytes, as they came. */
  raw = "";
  readonly child: Bun.Subprocess;

  constructor(argv: string[], env: Record<string, string>, { width = 80, height = 24 } = {}) {
    this.width = width;
    this.height = height;
    this.child = Bun.spawn(argv, {
      env: { PATH: process.env.PATH ?? "", TERM: "xterm-256color", LANG: "C.UTF-8", ...env },
      terminal: {
        cols: width,
        rows: height,
        data: (_, bytes) => this.take(this.decoder.decode(bytes, { stream: true })),
      },
    });
  }

  type(text: string): void {
    this.child.terminal?.write(text);
  }

  resize(width: number, height: number): void {
    [this.width, this.height] = [width, height];
    this.child.terminal?.resize(width, height);
  }

  get text(): string {
    return this.lines
      .map((line) =>
        Array.from(line, (cell) => cell ?? " ")
          .join("")
          .trimEnd(),
      )
      .join("\n");
  }

  /** Whether the usual screen is shown, with its cursor. */
  get isRestored(): boolean {
    return this.modes.get("1049") === false && this.modes.get("25") === true && this.modes.get("7") === true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill(9);
    await this.child.exited;
    this.child.terminal?.close();
  }

  private take(text: string): void {
    this.raw += text;
    this.rest += text;
    while (this.rest !== "") {
      const [first = ""] = this.rest;
      if (first !== "\x1b") {
        this.rest = this.rest.slice(first.length);
        this.put(first);
        continue;
      }
      const [all, mode, parameters = "", final = ""] = SEQUENCE.exec(this.rest) ?? [];
      if (all === undefined) {
        if (this.rest.length > 20) throw new Error(`no sequence: ${JSON.stringify(this.rest.slice(0, 40))}`);
        return;
      }
      this.rest = this.rest.slice(all.length);
      if (mode) this.switch(parameters, final === "h");
      else this.obey(final, parameters);
    }
  }

  private switch(mode: string, isOn: boolean): void {
    this.modes.set(mode, isOn);
    if (mode !== "1049") return;
    if (isOn) [this.usual, this.lines] = [this.lines, []];
    else this.lines = this.usual ?? [];
  }

  private obey(final: string, parameters: string): void {
    const [first = 0, second = 0] = parameters.split(";").map(Number);
    if (final === "H") [this.row, this.column] = [Math.max(1, first) - 1, Math.max(1, second) - 1];
    else if (final === "G") this.column = Math.max(1, first) - 1;
    else if (final === "K") this.lines[this.row]?.splice(this.column);
    else if (final === "J") this.lines = [];
    else if (final !== "m") throw new Error(`a sequence that is not known: ${parameters}${final}`);
  }

  private put(character: string): void {
    if (character === "\r") this.column = 0;
    else if (character === "\n") this.row++;
    else {
      const line = this.lines[this.row] ?? [];
      this.lines[this.row] = line;
      for (let i = line.length; i < this.column; i++) line[i] = " ";
      line[Math.min(this.column, this.width - 1)] = character;
      this.column++;
    }
  }
}
