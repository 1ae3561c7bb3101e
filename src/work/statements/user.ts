// user NAME MAIL [KEY=VALUE…]: somebody who can be alerted [seed].

import { NAME_CHARS_MAX, USER_OPTIONS_MAX } from "../../core/limits.ts";
import { isMailAddress, isName, NAME_FORM } from "../../core/names.ts";
import { defineStatement, whereOf } from "../statement.ts";

export default defineStatement({
  name: "user",
  args: ["NAME", "MAIL"],
  freeOptions: "an address beside the mail, under any name that a channel or its command asks for: phone=+49301234",
  misplaced([name, mail, ...more]) {
    const bare = [mail, ...more].find((word) => /^<.+@.+>$/.test(word?.text ?? ""));
    if (name && bare) {
      const hint = `write user ${name.text} ${bare.text.slice(1, -1)}`;
      return { at: bare, message: `"${bare.text}" is an address in brackets`, hint };
    }
    if (mail && /@.*[,;].*@/.test(mail.text)) {
      const hint = "write a user for each of them, and a group: users GROUP NAME…";
      return { at: mail, message: `"${mail.text}" is more than one address`, hint };
    }
    if (!name?.text.includes("@") || !mail || mail.text.includes("@")) return undefined;
    const hint = `NAME comes first: write user ${mail.text} ${name.text}`;
    return { at: name, message: `"${name.text}" is a mail address`, hint };
  },
  doc: "Somebody who can be alerted. The mail address is known to the server only.",
  example: "user anna anna@example.org",
  declare({ words, options, complain }, draft) {
    const [name, mail] = words;
    if (!name || !mail) return;
    if (!isName(name.text)) complain(name, `"${name.text}" cannot be a user`, `use ${NAME_FORM}`);
    if (!isMailAddress(mail.text)) complain(mail, `"${mail.text}" is no mail address`, "write anna@example.org");
    for (const [key, word] of options)
      if (key.length > NAME_CHARS_MAX) complain(word, `a key of more than ${NAME_CHARS_MAX} characters`);
    if (options.size > USER_OPTIONS_MAX)
      complain(name, `${name.text} has ${options.size} addresses`, `at most ${USER_OPTIONS_MAX}`);
    const before = draft.users.find((user) => user.name.text === name.text);
    if (before)
      return complain(name, `the user ${name.text} is declared twice`, `it is already in ${whereOf(before.name)}`);
    const more = Object.fromEntries([...options].map(([key, { text }]) => [key, text]));
    draft.users.push({ name, mail: mail.text, options: more });
  },
});
