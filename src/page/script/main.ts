// What the pages gain where scripts run. Nothing depends on it: all that is to be known is in the HTML.

import { keepAges, noteServerNow } from "./ages.ts";
import { helpWithKeys } from "./help.ts";
import { followPage } from "./live.ts";

const made = document.querySelector<HTMLTimeElement>(".asof time");
if (made) noteServerNow(Date.parse(made.dateTime) / 1000);
keepAges();
followPage();
helpWithKeys();
