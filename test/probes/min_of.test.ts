import probe from "../../probes/min_of.ts";
import { testOverall } from "./overall.ts";

testOverall(probe, "min", 9);
