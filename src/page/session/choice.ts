// What is wrong with a password that somebody chose. Pure.

import { PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN } from "../../core/limits.ts";

/** In a sentence for who chose it, or undefined. No rules on digits and signs: they make worse passwords (NIST SP 800-63B). */
export function faultOf(password: string, user: string): string | undefined {
  const chars = Array.from(password).length;
  if (chars < PASSWORD_CHARS_MIN)
    return `the password has ${chars} character${chars === 1 ? "" : "s"}; at least ${PASSWORD_CHARS_MIN} are needed, for shorter ones are guessed`;
  if (password.length > PASSWORD_CHARS_MAX) return `the password has more than ${PASSWORD_CHARS_MAX} characters`;
  if (/[\0-\x1f\x7f]/.test(password)) return "the password has a character that no keyboard can type in a form";
  const lower = password.toLowerCase();
  if (lower === user.toLowerCase()) return "the password is the user's name, which is tried first";
  if (new Set(lower).size < 3) return "the password is one or two characters again and again, which is tried first";
  if (COMMON.has(lower)) return "the password is one of those that are tried first";
  return undefined;
}

/** Of the lists of stolen ones, what is long enough to be taken otherwise. */
const COMMON = new Set(
  `password password1 password123 passw0rd 12345678 123456789 1234567890 0123456789 11223344 87654321 qwertyui qwertyuiop
  qwerty123 1q2w3e4r 1q2w3e4r5t 1qaz2wsx qwertzui qwertzuiop iloveyou sunshine princess football baseball superman trustno1
  letmein1 welcome1 admin123 adminadmin administrator changeme abcd1234 abc12345 monitoring dmondmon geheim123 passwort`.match(
    /\S+/g,
  ),
);
