// Which presses of keys are for the page, of all that browsers tell.

/** Whether a key was pressed alone, and for the page: Shift is of the signs that need it, and what is being composed is a text. */
export function isPlain(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented || event.isComposing) return false;
  return !(event.shiftKey && /^([a-z]|[A-Z]\w+)$/.test(event.key));
}
