// include GLOB: more of the same, at this place.

import { defineStatement } from "../statement.ts";

export default defineStatement({
  name: "include",
  args: ["GLOB"],
  doc: "Reads more files here, by name: a path from the directory of this file, with * and ? in it. They may include others.",
  example: "include work.d/*.conf",
  declare({ words: [glob] }, draft) {
    if (glob) draft.include(glob);
  },
});
