import probe from "../../probes/avg_of.ts";
import { testOverall } from "./overall.ts";

testOverall(probe, "avg", 14);
