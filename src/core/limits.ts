// Every bound of dmon and why it has this size. Sizes in bytes unless the name says otherwise.

const KIB = 1024;
const MIB = 1024 * KIB;

/** Text of a dmon.conf, a work.conf, or one file that it includes: 10,000 hosts by name are 1 MiB. */
export const CONFIG_BYTES_MAX = 16 * MIB;
/** One logical line of a config (indented lines glued on): a `get` of thousands of items still fits. */
export const CONFIG_LINE_CHARS_MAX = 256 * KIB;
/** Diagnostics that are printed for one config; beyond it only their number: a person mends the first ones first. */
export const DIAGNOSTICS_SHOWN_MAX = 50;
/** Tags, groups, items, probes: long enough for any name, short enough for a table column. */
export const NAME_CHARS_MAX = 100;
/** A DNS name (RFC 1035). */
export const HOSTNAME_CHARS_MAX = 253;
/** The short text beside a value, or a probe's error. */
export const TEXT_CHARS_MAX = 200;

/** A request line, unless its command declares more: the longest ordinary one is a HIST of many items. */
export const REQUEST_LINE_BYTES_MAX = 16 * KIB;
/** A REPORT or EVENTS line: 5,000 items (500 devices behind one client) of 150 bytes, doubled. JSON.parse of it: about 20 ms. */
export const REQUEST_JSON_BYTES_MAX = 2 * MIB;
/** What all unfinished lines of a daemon take together: 30 of the longest, or thousands of ordinary ones. */
export const REQUESTS_BYTES_MAX = 64 * MIB;
/** The first word of a request; longer is no command of ours. */
export const COMMAND_CHARS_MAX = 32;
/** From accept to the end of an ordinary request line: a person types it, a program needs a millisecond. */
export const REQUEST_LINE_MS_MAX = 10_000;
/** The same for a REPORT or EVENTS line: 2 MiB over 0.5 Mbit/s. */
export const REQUEST_JSON_MS_MAX = 40_000;
/** A peer that takes no byte of an answer for so long has gone away. */
export const ANSWER_STALL_MS_MAX = 20_000;
/** From accept to the end, whatever happens: 50 MB over 1 Mbit/s. */
export const CONNECTION_MS_MAX = 400_000;
/** Open connections to one port; above it a newcomer is told so. Each costs about 2 KiB before its request. */
export const CONNECTIONS_MAX = 4096;
/** The same for one address that is not this host's own: a client needs one or two, the pagemaker a dozen. */
export const CONNECTIONS_PER_PEER_MAX = 64;
/** The same for this host itself: load tests and local scripts come from here. */
export const CONNECTIONS_LOCAL_MAX = 2048;
/** Strangers that are told so at a time; more of them are cut off without a word, and none takes a known peer's place. */
export const CONNECTIONS_STRANGERS_MAX = 64;
/** Piece of an answer that waits in memory for its peer: more is made only when the socket drained. */
export const ANSWER_CHUNK_BYTES = 64 * KIB;
/** An answer that we ask for is read up to here: a HIST of 60 items and 100,000 rows. */
export const ANSWER_BYTES_MAX = 128 * MIB;
/** Time to connect to a peer in the same organisation; a dead host must not hold a page for longer. */
export const DIAL_CONNECT_MS_MAX = 3_000;
/** Time from the request to the end of the answer, for answers that are made at once. */
export const DIAL_ANSWER_MS_MAX = 30_000;
/** A client's answer in a fan-out, whatever it drips: a line or two, in less than a person waits for the whole. */
export const FANOUT_ANSWER_BYTES_MAX = 16 * KIB;
export const FANOUT_ANSWER_MS_MAX = 6_000;
/** A fan-out asks so many clients at a time: sockets, not threads, so many are cheap. */
export const FANOUT_PARALLEL_MAX = 200;

/** Nesting of JSON from outside: a report needs 4. */
export const JSON_DEPTH_MAX = 16;

/** Hosts of one work: 10,000, and room. */
export const HOSTS_PER_WORK_MAX = 100_000;
/** Hosts of one REPORT, a client and the dumb ones behind it: 1 KiB of the line for each. A client with more sends several. */
export const HOSTS_PER_REPORT_MAX = 2000;
/** Items of one host: a switch with 500 ports and 4 values each. */
export const ITEMS_PER_HOST_MAX = 4000;
/** Rules of one fitness function; every level twice is 10. */
export const FIT_RULES_MAX = 100;
/** One test of a rule as it was written: two of them and an interval are the rule's text, which has TEXT_CHARS_MAX. */
export const TEST_CHARS_MAX = 60;
/** Levels of fitness: more than people can tell apart. */
export const LEVELS_MAX = 20;
/** A unit: `packets/s` is a long one. */
export const UNIT_CHARS_MAX = 20;
/** One argument of an item: a URL or a path. */
export const ARGUMENT_CHARS_MAX = 4096;
/** Arguments of one item: a probe declares a few. */
export const ARGUMENTS_MAX = 100;
/** How long one reading may take, whatever `timeout=` says: a longer timer of the daemon would be no deadline. */
export const ITEM_TIMEOUT_S_MAX = 3600;
/** An IP address: of IPv6 45, and a zone. */
export const ADDRESS_CHARS_MAX = 64;
/** Rows of a HIST answer, whatever `pnts` asks: seven times the minutes of a fortnight. */
export const HIST_ROWS_MAX = 150_000;
/** An event's id: a UUID has 36. */
export const EVENT_ID_CHARS_MAX = 64;
/** The moments that a text of four digits a year can name: 0001-01-01 to 9999-12-31. Beyond them is no clock, but an error. */
export const TIME_S_MIN = -62_135_596_800;
export const TIME_S_MAX = 253_402_300_799;
/** A clock that is off by less is taken for right: a report may be so long on its way. */
export const CLOCK_SKEW_S_MAX = 60;
/** Events that an answer to EVENTS may name, so what a client sends at once. */
export const EVENTS_PER_REQUEST_MAX = 2000;
/** Events that wait for a server that is away: a week of a flapping host. The oldest are dropped beyond it. */
export const OUTBOX_EVENTS_MAX = 50_000;

/** A file under /proc or /sys that a probe reads; /proc/net/tcp of a busy host is the largest. */
export const PROC_FILE_BYTES_MAX = 4 * MIB;
/** A probe that declares no other deadline: far more than /proc ever takes, far less than the minute. */
export const PROBE_TIMEOUT_S = 10;
/** A file system or interface name list; a host with more has them generated, and wants only the worst. */
export const INSTANCES_MAX = 1000;

/** Header and body of a page request: pages have no upload. */
export const HTTP_BODY_BYTES_MAX = 64 * KIB;
/** A browser that sends nothing for so long is gone. */
export const HTTP_IDLE_S_MAX = 30;
