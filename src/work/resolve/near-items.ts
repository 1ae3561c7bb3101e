// Which item is surely meant by a name that is a legal one of a mount or an interface. Pure.

import { editDistance } from "../../core/diagnostic.ts";
import { findItem, fixedItems, usualItems } from "../catalogue.ts";

/** Shorter names of mounts and interfaces are all near to each other. */
const LETTERS_MIN = 3;

const usual = new Set(usualItems.map(withoutDigits));
const likely = [...fixedItems, ...usualItems.filter(isLong)];

/** eth0_rx and eth1_rx are two, not one mistyped; eth0_7 is a VLAN of eth0. */
export function withoutDigits(name: string): string {
  return name.replace(/_?\d+/g, "");
}

/** Whether two names without their digits are one edit apart. */
export function isNear(a: string, b: string): boolean {
  if (a === b || Math.abs(a.length - b.length) > 1) return false;
  return editDistance(a.toLowerCase(), b.toLowerCase()) <= 1;
}

/** Whether a name is a legal one of a mount or an interface that is not usual, so that it may be another's, mistyped. */
export function isOdd(name: string): boolean {
  return !fixedItems.includes(name) && !usual.has(withoutDigits(name)) && isLong(name);
}

function isLong(name: string): boolean {
  return withoutDigits(findItem(name)?.args[0] ?? "").length >= LETTERS_MIN;
}

/** The item that an odd name is surely meant for: `rot_usage` is root_usage. `others`: more names that it may be. */
export function meantBy(odd: string, others: readonly string[]): string | undefined {
  const plain = withoutDigits(odd);
  const near = [...likely, ...others].find((name) => isNear(plain, withoutDigits(name)));
  return near && nameLike(near, odd);
}

/** `eth0_rx` with the number of `eht3_rx`. */
function nameLike(near: string, name: string): string {
  const [number] = /\d+/.exec(name) ?? [];
  return number === undefined ? near : near.replace(/\d+/, number);
}
