import probe from "../../probes/max_of.ts";
import { testOverall } from "./overall.ts";

testOverall(probe, "max", 21);
