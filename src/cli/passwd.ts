// dmon passwd: who may log in to the pages.

import { didYouMean } from "../core/diagnostic.ts";
import { PASSWORD_CHARS_MIN } from "../core/limits.ts";
import { isName, NAME_FORM } from "../core/names.ts";
import { paths } from "../daemon/paths.ts";
import { faultOf } from "../page/session/choice.ts";
import { PasswordFile } from "../page/session/password-file.ts";
import { hashPassword } from "../page/session/passwords.ts";
import { type CliContext, defineCli, UsageError } from "./command.ts";
import { reasonOf } from "./reason.ts";
import { askHidden, Interrupted, readLine } from "./secret-line.ts";
import { type WorkUsers, workUsers } from "./work-users.ts";

/** Users that a message names. */
const NAMED_MAX = 10;

export default defineCli({
  name: "passwd",
  args: "USER",
  count: [1, 1],
  doc: `Set the password by which a user of the work-config logs in to the pages, of at least ${PASSWORD_CHARS_MIN} characters. All sessions of that user end.`,
  more: `It works on the host that serves the pages, for root or whoever dmon runs as, and needs no reload. On a terminal the password is
asked for twice; else it is the first line of standard input. It is kept as a hash (argon2id) in passwords below vardir.

Examples:
  dmon passwd anna
  dmon passwd anna <password.txt
  dmon passwd --delete anna`,
  options: { delete: { doc: "take the password away: nobody logs in by that name" } },
  notOptions: {
    remove: "write --delete",
    user: "write the name alone",
    stdin: "standard input is read where it is no terminal",
  },
  async run({ global, args, options, settings, say, err }) {
    const [user = ""] = args;
    if (!isName(user)) throw new UsageError(`${JSON.stringify(user)} is no name of a user; names have ${NAME_FORM}`);
    const loaded = await settings();
    const file = new PasswordFile(paths(loaded.conf, global.test).passwords, (text) =>
      err(`[warning] dmon: ${text}\n`),
    );
    if (options.delete) return take(file, user, say);
    const warning = mustBeUser(user, workUsers(loaded, global.test));
    if (warning !== undefined) err(`[warning] dmon: ${warning}\n`);
    const password = await wanted(user);
    const fault = faultOf(password, user);
    if (fault !== undefined) throw new Error(fault);
    const hash = await hashPassword(password);
    written(file, () => file.set(user, hash, Date.now() / 1000));
    say(`${user} logs in with the new password; all sessions of ${user} have ended\n`);
    return 0;
  },
});

function take(file: PasswordFile, user: string, say: CliContext["say"]): number {
  if (!written(file, () => file.drop(user))) throw new Error(`${user} has no password`);
  say(`${user} has no password any more; all sessions of ${user} have ended\n`);
  return 0;
}

/** What is to be said where nobody knows; throws where there is no such user, for the password would be in vain. */
function mustBeUser(user: string, found: WorkUsers): string | undefined {
  if ("elsewhere" in found)
    throw new UsageError(`this host does not serve the pages; run it on ${found.elsewhere}, which does`);
  if ("unknown" in found)
    return `whether the work has a user ${user} is not known: ${found.unknown}; who is none cannot log in`;
  const { users } = found;
  if (users.includes(user)) return undefined;
  const some = users.slice(0, NAMED_MAX).join(", ") + (users.length > NAMED_MAX ? " and others" : "");
  const hint =
    users.length === 0
      ? `it has none; add to work.conf: user ${user} MAIL, and run: dmon mk-work -f`
      : (didYouMean(user, users) ?? `users are ${some}`);
  throw new UsageError(`the work has no user "${user}"; ${hint}`);
}

async function wanted(user: string): Promise<string> {
  if (!process.stdin.isTTY) return readLine();
  try {
    const password = await askHidden(`New password of ${user}: `);
    const fault = faultOf(password, user);
    if (fault !== undefined) throw new Error(fault); // before it is typed again for nothing
    if ((await askHidden("The same again: ")) !== password)
      throw new Error("the two are not the same; nothing was changed");
    return password;
  } catch (error) {
    throw error instanceof Interrupted ? new Error(error.message) : error;
  }
}

function written<T>({ path }: PasswordFile, write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw new Error(`${path} ${reasonOf(error)}; run it as root, or as whom dmon runs`, { cause: error });
  }
}
