// What scripts of one page tell each other.

/** The address is another one now, of the same page. */
export const ADDRESS = "dmon:address";
