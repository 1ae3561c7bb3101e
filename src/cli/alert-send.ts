// `dmon alert --send`: a test message to somebody, and what each channel answered.

import type { Conf } from "../config/keys.ts";
import { NAME_CHARS_MAX, TEXT_CHARS_MAX, USERS_MAX } from "../core/limits.ts";
import { list, object, text } from "../core/shape.ts";
import { UsageError } from "./command.ts";
import { paperOf, rowsAsLines } from "./rows.ts";
import { render, type Span } from "./screen.ts";
import { tellServer } from "./server-ask.ts";

const name = text(NAME_CHARS_MAX);
const triedShape = object({ channel: name, outcome: name, answer: text(4 * TEXT_CHARS_MAX) });
export const sentShape = object({ user: name, tried: list(triedShape, USERS_MAX) });

/** Returns the exit code: 1 where one channel did not take it. */
export async function sendTest(
  conf: Conf,
  args: readonly string[],
  { out, isJson }: { out: (text: string) => void; isJson: boolean },
): Promise<number> {
  const answer = await tellServer(conf, "TESTMESSAGE", wishOf(args), sentShape);
  const code = answer.tried.every(({ outcome }) => outcome === "taken") ? 0 : 1;
  if (isJson) {
    out(`${JSON.stringify(answer)}\n`);
    return code;
  }
  const paper = paperOf(process.stdout, process.env);
  const rows = answer.tried.map(({ channel, outcome, answer: said }): Span[] => [
    `${answer.user} by ${channel}`,
    outcome === "taken" ? outcome : [outcome, "bold"],
    said,
  ]);
  out(render(rowsAsLines(rows, paper.width), paper));
  return code;
}

export function wishOf([user, channel, more]: readonly string[]): { user: string; channel?: string } {
  if (user === undefined) throw new UsageError("to whom? write dmon alert --send USER, or --send USER CHANNEL");
  if (more !== undefined) throw new UsageError(`"${more}" is too much; write dmon alert --send USER CHANNEL`);
  return channel === undefined ? { user } : { user, channel };
}
