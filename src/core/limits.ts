// Every bound of dmon and why it has this size. Sizes in bytes unless the name says otherwise.

const KIB = 1024;
const MIB = 1024 * KIB;

/** Text of a dmon.conf, a work.conf, or one file that it includes: 10,000 hosts by name are 1 MiB. */
export const CONFIG_BYTES_MAX = 16 * MIB;
/** One logical line of a config (indented lines glued on): a `get` of thousands of items still fits. */
export const CONFIG_LINE_CHARS_MAX = 256 * KIB;
/** Files that include files that include files: more is a circle that nobody sees. */
export const INCLUDE_DEPTH_MAX = 8;
/** Files of one work-config: one for each host of a large site's department. */
export const INCLUDED_FILES_MAX = 2000;
/** Diagnostics that are printed for one config; beyond it only their number: a person mends the first ones first. */
export const DIAGNOSTICS_SHOWN_MAX = 50;
/** Tags, groups, items, probes: long enough for any name, short enough for a table column. */
export const NAME_CHARS_MAX = 100;
/** A DNS name (RFC 1035). */
export const HOSTNAME_CHARS_MAX = 253;
/** A file's name without its ending, below NAME_MAX of Linux. */
export const FILE_NAME_CHARS_MAX = 250;
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
/** Of those that wait for something to change (WATCH), which do not count above: a hundred terminals on one host, and room… */
export const WATCHERS_PER_PEER_MAX = 256;
/** …and all together. Each costs about 4 KiB while it waits. */
export const WATCHERS_MAX = 2048;
/** Strangers that are told so at a time; more of them are cut off without a word, and none takes a known peer's place. */
export const CONNECTIONS_STRANGERS_MAX = 64;
/** After the answer we read and drop what still comes for so long, so that no reset overtakes the answer. */
export const LINGER_MS_MAX = 2_000;
/** Answers that are being made when we stop (that to STOP is one) may end within this time. */
export const LAST_ANSWERS_MS_MAX = 1_000;
/** Piece of an answer that waits in memory for its peer: more is made only when the socket drained. */
export const ANSWER_CHUNK_BYTES = 64 * KIB;
/** Who makes a large answer gives way to other peers after so long: a PING meets several of its stretches, and may take 10 ms. */
export const STRETCH_MS_MAX = 3;
/**
 * The pieces that one port's answers in the making hold together, those that it makes and those that it hands on each;
 * more answers wait for their turn. 30 ordinary ones, or 8 HISTs of many items, each of which holds ten times its piece.
 */
export const ANSWERS_MAKING_BYTES_MAX = 2 * MIB;
/** What an answer counts for until its first piece is made: that of a HIST of 40 items with their min and max. */
export const ANSWER_FIRST_BYTES = 256 * KIB;
/** While others wait, a peer that takes no piece makes room: so soon that all who wait are served within this time… */
export const ANSWER_TURN_MS_MAX = 8_000;
/** …never sooner than this: 64 KiB over 1 Mbit/s. */
export const ANSWER_GIVE_WAY_MS_MIN = 500;
/** …and no later than this, which a bad link may need to send a lost packet again. */
export const ANSWER_GIVE_WAY_MS_MAX = 4_000;
/** While others wait, garbage is collected after so much of an answer was made: ten times as much was left behind. */
export const ANSWERS_GARBAGE_BYTES = 256 * KIB;
/** Answers that are made whole (REPORT, WORK) and wait for their peers, all together; above it larger ones are refused. */
export const ANSWERS_BYTES_MAX = 32 * MIB;

/** An answer that we ask for is read up to here: a HIST of 60 items and 100,000 rows. */
export const ANSWER_BYTES_MAX = 128 * MIB;
/** Time to connect to a peer in the same organisation; a dead host must not hold a page for longer. */
export const DIAL_CONNECT_MS_MAX = 3_000;
/** The longest silence before and within an answer that we ask for. */
export const DIAL_SILENCE_MS_MAX = 30_000;
/**
 * So much longer waits who asks through somebody else, for each of these: the one that is next to who is silent says who that
 * is, and must have the time to connect and to say it.
 */
export const DIAL_HOP_MS = DIAL_CONNECT_MS_MAX + 2_000;
/** Received bytes that wait for their taker; above it the socket is not read. One look at it gives up to 512 KiB more. */
export const DIAL_WAITING_BYTES_MAX = 64 * KIB;
/** CLIENTS of a whole fleet, as the pages ask for it: 10,000 hosts of 45 items and 150 bytes each. */
export const FLEET_BYTES_MAX = 64 * MIB;
/** How long WATCH waits for a change: shorter than any peer's patience (DIAL_SILENCE_MS_MAX), so that a silence is a fault. */
export const WATCH_WAIT_MS = 25_000;
/** The longest that may be asked for: a mirror at which nobody looks need not wake up more often. Shorter than CONNECTION_MS_MAX. */
export const WATCH_WAIT_S_MAX = 300;
/** Changes are gathered so long before they are told: nobody sees it, and 33 reports a second (10,000 hosts) are four answers. */
export const WATCH_GATHER_MS = 250;
/** Hosts and events of one answer that tells what changed; the rest comes at once with the next. 36 hosts of 60 items: 2 ms to make. */
export const WATCH_CHANGES_BYTES_MAX = 256 * KIB;
export const WATCH_EVENTS_MAX = 500;
/** Hosts that left the work, and who watches is to be told; of more all is told anew. */
export const WATCH_LEFT_MAX = 10_000;
/** Events of a whole: those of a day, but no more than this (1.5 MB)… */
export const WATCHED_EVENTS_MAX = 5_000;
export const WATCHED_EVENTS_S = 86_400;
/** …and no less: a fleet where little happens has a past, too. */
export const WATCHED_EVENTS_MIN = 200;
/** What a server says of itself is asked of the system so often at most. */
export const FIGURES_FRESH_MS = 5_000;
/** An older server, which knows no WATCH, is asked for the whole so often; and whether it has learnt it by now. */
export const MIRROR_POLL_MS = 5_000;
export const MIRROR_RELEARN_MS = 60_000;
/** A server that is away is tried again after so long, and each time after twice as long, up to this. */
export const MIRROR_AGAIN_MS_MIN = 500;
export const MIRROR_AGAIN_MS_MAX = 10_000;
/** An answer that is so late will not come: what is shown is marked as old. */
export const MIRROR_LATE_MS = 5_000;
/** At what nobody looked for so long the mirror waits for changes alone, and hears late that the server is away. */
export const MIRROR_UNSEEN_MS = 600_000;
/** Nothing was heard yet, and somebody waits for a page: so long. */
export const MIRROR_FIRST_MS_MAX = 8_000;
/** CLIENTS of one host: what its client could report of it at once, and 200 events of 2 KiB; doubled for what became of it. */
export const HOST_BYTES_MAX = 2 * (REQUEST_JSON_BYTES_MAX + 200 * 2 * KIB);
/** Rows of one graph: about 370 are asked for, and the nearest size of rows makes up to 460 of them; doubled. */
export const GRAPH_ROWS_MAX = 1000;
/** The same in bytes: a row is a time, three numbers of nine digits and a count, less than 100 in all. */
export const GRAPH_BYTES_MAX = 128 * KIB;
/** The shortest and the longest range of a graph: five rows of a minute, and longer than anybody keeps history. */
export const GRAPH_SPAN_S = { min: 300, max: 20 * 365 * 86_400 };
/** Items that one page compares: what colours and dashes tell apart, each pair of them once. */
export const GRAPH_SUBJECTS_MAX = 12;
/** A host that is silent is asked for its history all the same, for it may be back; where it is near, it answers within this time. */
export const GRAPH_SILENT_MS_MAX = 300;
/** Changes of level of one item that its graph marks: more are one beside the other. */
export const GRAPH_MARKS_MAX = 100;
/** The whole answer, however it drips: half of PAGE_MS_MAX, so that the page can tell all the rest. */
export const GRAPH_MS_MAX = 10_000;
/** A client's answer in a fan-out, whatever it drips: a line or two, in less than a person waits for the whole. */
export const FANOUT_ANSWER_BYTES_MAX = 16 * KIB;
export const FANOUT_ANSWER_MS_MAX = 6_000;
/** All fan-outs together ask so many clients at a time: sockets, not threads, so many are cheap. */
export const FANOUT_PARALLEL_MAX = 200;
/** Lines of a fan-out that wait for who asked; above it no further client is asked. */
export const FANOUT_WAITING_BYTES_MAX = 64 * KIB;

/** Names resolved at a time: a resolver takes that easily, and 10,000 hosts are through in a minute. */
export const LOOKUPS_AT_ONCE = 32;
/** A stranger may be a known host with a new address: look again, but not more often. */
export const LOOKUP_AGAIN_MS_MIN = 10_000;

/** Nesting of JSON from outside: a report needs 4. */
export const JSON_DEPTH_MAX = 16;

/** Hosts of one work: 10,000, and room. */
export const HOSTS_PER_WORK_MAX = 100_000;
/** Hosts of one REPORT, a client and the dumb ones behind it: 1 KiB of the line for each. A client with more sends several. */
export const HOSTS_PER_REPORT_MAX = 2000;
/** Lines of a host's inventory: we make eight. */
export const INVENTORY_LINES_MAX = 40;
/** Users, and channels, of one work: a large organisation's. */
export const USERS_MAX = 10_000;
/** Addresses of one user, beside the mail: one for each channel that a person can have. */
export const USER_OPTIONS_MAX = 100;
/** Alerts, needs and downtimes of one work, each: more than a person can oversee. */
export const ALERTS_MAX = 10_000;
/** Times of day in one list: each minute. */
export const TIMES_MAX = 1440;
/** A time zone: the longest of the tz database has 32. */
export const ZONE_CHARS_MAX = 64;
/** Items of one host: a switch with 500 ports and 4 values each. */
export const ITEMS_PER_HOST_MAX = 4000;
/** Rules of one fitness function; every level twice is 10. */
export const FIT_RULES_MAX = 100;
/** One test of a rule as it was written: two of them and two intervals are the rule's text, which has TEXT_CHARS_MAX. */
export const TEST_CHARS_MAX = 60;
/** How long a test must hold: whoever wants to know more than a year later has mistyped a unit. */
export const TEST_HOLDS_S_MAX = 365 * 86_400;
/** Of a command line, which its user writes, so much is looked at: the paths and options of a Java server. */
export const COMMAND_LINE_BYTES_MAX = 16 * KIB;
/** Values that one reading finds (ports of a switch, perfdata of a plugin): a switch of 500 ports with 8 values each. */
export const FOUND_MAX = 4000;
/** What such a value is known by, from which its name is made: a metric with all its labels. */
export const FOUND_KEY_CHARS_MAX = 500;
/** Fits of one work that are for what one item's probe finds: more than a person writes by hand. */
export const FOUND_FITS_MAX = 1000;
/** What is no longer found, though its item is read well, is forgotten after so long: a container that is gone for good. */
export const FOUND_GONE_S = 3600;
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
/** Items of one host that have history, those that it has no more among them: three weeks of 1000 new containers a day. */
export const SERIES_PER_HOST_MAX = 20_000;
/** Changes of level of one host that are kept: 5 a day for ten years. The oldest go beyond it. */
export const LEVEL_CHANGES_MAX = 20_000;
/** The same of short texts: some items have another one each minute. */
export const TEXT_CHANGES_MAX = 5_000;
/** An event's id: a UUID has 36. */
export const EVENT_ID_CHARS_MAX = 64;
/** The moments that a text of four digits a year can name: 0001-01-01 to 9999-12-31. Beyond them is no clock, but an error. */
export const TIME_S_MIN = -62_135_596_800;
export const TIME_S_MAX = 253_402_300_799;
/** A clock that is off by less is taken for right: a report may be so long on its way. */
export const CLOCK_SKEW_S_MAX = 60;
/** Events that an answer to EVENTS may name, so what a client sends at once. */
export const EVENTS_PER_REQUEST_MAX = 2000;
/**
 * Events that wait for a server that is away, each about 300 bytes: a week of 30 items that change every six minutes. Beyond it those
 * are left out that only led to and fro (core/fold).
 */
export const OUTBOX_EVENTS_MAX = 50_000;
/** So many are left then: folding looks at all of them, which is worth it for 5,000 at a time. */
export const OUTBOX_FOLDED_EVENTS = 45_000;
/** Events that one round puts into the outbox, each 9 us: all that 500 devices can bring; what waited for the disk comes in parts. */
export const EVENTS_STORED_AT_ONCE = 5000;
/** Events that are read, or left out, at a stretch while folding: 2 ms. */
export const FOLD_EVENTS_AT_ONCE = 250;

/** A file under /proc or /sys that a probe reads; /proc/net/tcp of a busy host is the largest. */
export const PROC_FILE_BYTES_MAX = 4 * MIB;
/** A file that is no text, such as utmp of a host with thousands of sessions (384 bytes each). */
export const BINARY_FILE_BYTES_MAX = 4 * MIB;
/** Files of one `textfile` item: a directory into which every job of a large host writes one. */
export const TEXT_FILES_MAX = 200;
/** All of them together: 4000 samples of 200 bytes with their HELP and TYPE, doubled; 20 ms to parse. */
export const TEXT_FILES_BYTES_MAX = 2 * MIB;
/** What a program may write on its standard output; a Munin plugin of 1000 fields has 100 KiB. */
export const PROGRAM_OUTPUT_BYTES_MAX = MIB;
/** The beginning of what it writes as errors: people read the first lines. */
export const PROGRAM_ERRORS_BYTES_MAX = 4 * KIB;
/**
 * Memory that each process of a program may write to (RLIMIT_DATA; before Linux 4.7 only the heap), whatever address space it
 * reserves: a Perl or Python plugin needs 50 MiB, a Java one 300.
 */
export const PROGRAM_MEMORY_BYTES_MAX = 1024 * MIB;
/** What an item may give instead: below it no interpreter starts, and above it a plugin is no small guest any more. */
export const PLUGIN_MEMORY_BYTES_LEAST = 32 * MIB;
export const PLUGIN_MEMORY_BYTES_MOST = 64 * 1024 * MIB;
/** How nice programs are: what the host is there for goes before. */
export const PROGRAM_NICENESS = 10;
/** Programs and plugins of others at a time: a plugin that hangs shall not hold up the others, nor 100 of them start at once. */
export const PLUGINS_AT_ONCE = 4;
/** Readings over the network at a time: sockets are cheap, the answers come in one thread. */
export const NETWORK_AT_ONCE = 64;
/** Mails of a queue that are counted: more is as bad, and takes a second. */
export const MAILS_COUNTED_MAX = 100_000;
/** Containers of one engine: more are no host's that a person looks at one by one. */
export const CONTAINERS_MAX = 1000;
/** An answer of the container engine: its list of 1000 has 2 MiB. */
export const DOCKER_ANSWER_BYTES_MAX = 8 * MIB;
/** A D-Bus answer: the list of 500 failed units has 150 KiB. */
export const DBUS_MESSAGE_BYTES_MAX = MIB;
/** A pattern of a config, as it is written: what a person can read. */
export const PATTERN_CHARS_MAX = 1000;
/** The automaton that it becomes; each character of a text may cost so many steps. */
export const PATTERN_NODES_MAX = 2000;
/** Sets of them that are remembered: a usual pattern has a dozen, and each takes less than 1 KiB. */
export const PATTERN_STATES_MAX = 500;
/** What another host may send to one reading: banners and the answers of a mail server are a few hundred bytes. */
export const REACH_BYTES_MAX = 64 * KIB;
/** One line of it: of SMTP 512 (RFC 5321), of SSH 255 (RFC 4253), header fields of HTTP 8 KiB (what servers allow). */
export const REACH_LINE_BYTES_MAX = 8 * KIB;
/** What came and was not read yet; above it the socket is not read. */
export const REACH_WAITING_BYTES_MAX = 64 * KIB;
/** Lines of the head of a page's answer: servers send up to 30. */
export const HTTP_HEAD_LINES_MAX = 200;
/** What is read of a page: more than any that a person would look at for a text. */
export const HTTP_BODY_READ_MAX = MIB;
/** The same where it came packed although we did not ask for that. */
export const HTTP_UNPACKED_BYTES_MAX = 4 * MIB;
/** Redirects that are followed: to https, to www, to the language, to the login. */
export const HTTP_REDIRECTS_MAX = 5;
/** Lines of one answer of a mail server, and before the greeting of an SSH server: EHLO has up to 20. */
export const SMTP_LINES_MAX = 100;
/** Certificates of one file: all authorities that a host trusts are 150. */
export const CERTIFICATES_MAX = 1000;
/** ICMP packets that are read at a time: whoever floods us with them gets no more of our time. */
export const ICMP_PACKETS_PER_LOOK_MAX = 500;
/** Echo requests of one reading: more than 20 would take longer than 2 s. */
export const PINGS_MAX = 20;
/** A message of DNS by TCP: its length has 16 bits. */
export const DNS_MESSAGE_BYTES_MAX = 64 * KIB + 2;
/** Servers of a resolv.conf that are asked in turn: glibc takes no more (resolv.conf(5), MAXNS). */
export const DNS_SERVERS_MAX = 3;
/** Addresses of one name that are tried in turn: more would take more than the reading's time. */
export const DIALLED_ADDRESSES_MAX = 4;
/** Files that one path with * means: stat(2) of so many takes 50 ms. */
export const FILES_MAX = 10_000;
/** Directories that it leads through: each is listed. */
export const GLOB_DIRECTORIES_MAX = 1000;
/** What is read of a log at one look: 70 KB a second, a third of a second of cpu; above it the older lines are skipped. */
export const LOG_BYTES_MAX = 4 * MIB;
/** Piece of a log in memory. */
export const LOG_PIECE_BYTES = 64 * KIB;
/** Of a longer line only the beginning is looked at. */
export const LOG_LINE_CHARS_MAX = 16 * KIB;
/** Logs and patterns of one host that are remembered. */
export const LOGS_MAX = 1000;
/** SNMP agents that are asked at a time; many items of one agent count once. */
export const SNMP_AGENTS_AT_ONCE = 64;
/** Agents that are remembered, each with about 3 KiB: those behind one client, and room. */
export const SNMP_AGENTS_MAX = 5000;
/** Values asked for in one packet: with names and answers of 25 bytes each it stays below an Ethernet's frame. */
export const SNMP_VALUES_PER_PACKET = 40;
/** Packets of one agent for one question, and ours to it: three tries and what v3 says before. More of them are a flood. */
export const SNMP_PACKETS_MAX = 16;
/** Values of one walk: FOUND_MAX ports of a switch would have 10 columns each. */
export const SNMP_WALK_VALUES_MAX = 40_000;
/** Bytes of one walk: 100 for each of its values. */
export const SNMP_WALK_BYTES_MAX = 4 * MIB;
/** A probe that declares no other deadline: far more than /proc ever takes, far less than the minute. */
export const PROBE_TIMEOUT_S = 10;
/** The stretch of the past that a value is made of: what is asked for in it is kept for ten years at most. */
export const PAST_S_MAX = 10 * 365 * 86_400;
/** Rows of it, whatever the stretch: of 150 the trend is the median of 11,000 slopes, which takes 1 ms. */
export const PAST_ROWS_MAX = 150;
/** A file system or interface name list; a host with more has them generated, and wants only the worst. */
export const INSTANCES_MAX = 1000;

/** Header and body of a page request: pages have no upload. */
export const HTTP_BODY_BYTES_MAX = 64 * KIB;
/** So long a host's page waits for the small graphs and rules, which its client has: a good network takes 10 ms. */
export const HOST_PAST_MS_MAX = 800;
/** Items of one answer with the rules of each: 500 of them with five of TEXT_CHARS_MAX would be more than anybody reads. */
export const RULES_BYTES_MAX = MIB;
/** Browsers that watch pages at a time: each is a connection, and 20 µs of each change. */
export const LIVE_STREAMS_MAX = 2000;
/** Of these from one address, behind which there may be an office: the others have room. */
export const LIVE_ADDRESS_STREAMS_MAX = 200;
/**
 * Pages that are watched at a time, each in its own way (range, filter): one of 1000 hosts with twelve items each is made in 70 ms and
 * kept in 4 MiB, most others in a tenth of that.
 */
export const LIVE_CHANNELS_MAX = 100;
/** All that is kept of them, in characters: 15 of the largest. Then no other page is watched, and browsers ask for theirs once a minute. */
export const LIVE_CHARS_MAX = 64 * MIB;
/** Of these from one address: whoever asks for more filters than anybody looks at leaves half of them to others. */
export const LIVE_ADDRESS_CHANNELS_MAX = 50;
/** Watched pages that wait for their data at a time: as many questions as a small host answers at once. */
export const LIVE_LOADS_MAX = 8;
/** After so long the next begins beside it: a host that is away takes seconds, and keeps the front page from nobody. */
export const LIVE_LOAD_MS = 500;
/** Changes of so long are one: soon enough for eyes (2 s are asked for), and little work where much changes. */
export const LIVE_GATHER_MS = 1000;
/** Who watches hears of us so often, and knows soon when it does not; below HTTP_IDLE_S_MAX, or the connection would end. */
export const LIVE_BEAT_MS = 10_000;
/** Then a stream begins anew, and who may not read any more cannot. */
export const LIVE_LASTS_MS = 600_000;
/** What waits for a browser that takes nothing: a page as a whole, twice. */
export const LIVE_WAITING_BYTES_MAX = MIB;
/** A browser that sends nothing for so long is gone. */
export const HTTP_IDLE_S_MAX = 30;
/** The same of a form: times, and a comment of ACK_TEXT_CHARS_MAX, every byte as %XX. */
export const FORM_BYTES_MAX = 8 * KIB;
/** A form has one packet; the slowest phone sends it in a second or two. */
export const FORM_MS_MAX = 10_000;
/** What a person types for a time: `2026-11-24T08:00`, `tomorrow 8:00`. */
export const FORM_TIME_CHARS_MAX = 40;
/** A page is given up after so long, with all that was asked for it: well before HTTP_IDLE_S_MAX ends it without a word. */
export const PAGE_MS_MAX = 20_000;

/** Notices of one message that are told in full: more nobody reads on a phone; the others are counted. */
export const MESSAGE_NOTICES_SHOWN_MAX = 50;
/** The same in characters: 50 ordinary ones with three links each; the HTML is three times that, below the 100 KiB that Gmail shows. */
export const MESSAGE_SHOWN_CHARS_MAX = 18_000;
/** Other troubles of one host beside what is told. */
export const MESSAGE_OTHERS_SHOWN_MAX = 5;
/** Graphs in one mail, each about 5 KiB: those of what is worst. */
export const MAIL_GRAPHS_MAX = 3;
/** One of them; a larger one is left out. */
export const MAIL_GRAPH_BYTES_MAX = 100 * KIB;
/** Making all of them: a mail without a graph in time is better than one with it late. */
export const MAIL_GRAPHS_MS_MAX = 5_000;
/** From dialling to the moment when a mail server wants the message: some let whoever greets wait for half a minute. */
export const MAIL_ASK_MS_MAX = 60_000;
/** From the message's end to the answer: filters look at it meanwhile (RFC 5321 asks for 10 minutes; whoever gives up too soon sends it twice). */
export const MAIL_ACCEPT_MS_MAX = 300_000;
/** A connection to the mail server that has nothing to do is closed after so long: the next message of a queue comes at once. */
export const MAIL_IDLE_MS_MAX = 2_000;
/** One answer of a mail server: EHLO has 1 KiB. */
export const MAIL_ANSWER_BYTES_MAX = 64 * KIB;
/** What sendmail says when it fails: people read the first lines. */
export const SENDMAIL_OUTPUT_BYTES_MAX = 4 * KIB;
/** sendmail puts a mail into its queue, which is a moment; a full disk or a lock may hold it up. */
export const SENDMAIL_MS_MAX = 60_000;
/** Levels that an item had since it was well, as far as `after` looks back: an item with more flaps. */
export const PROBLEM_STEPS_MAX = 64;
/** Items of hosts whose listeners are remembered: all of 1,000 hosts; beyond it they are looked up anew. */
export const ALERT_MEMO_MAX = 65_536;
/** Notices of one message; of more only their number is told: no person reads them. */
export const MESSAGE_NOTICES_MAX = 1000;
/** After a message was not taken it is tried again so soon, and each time after twice as long, up to this. */
export const SEND_AGAIN_S_MIN = 30;
export const SEND_AGAIN_S_MAX = 3600;
/** Then whoever was to read it knows from elsewhere, or not at all. */
export const SEND_GIVE_UP_S = 7 * 86_400;
/** An attempt takes no longer: what a mail server may take, and 10 s to make the mail. */
export const SEND_MS_MAX = MAIL_ASK_MS_MAX + MAIL_ACCEPT_MS_MAX + 10_000;
/** `dmon alert --send`: longer than one by HTTP takes, and shorter than who asked waits for a word (DIAL_SILENCE_MS_MAX). */
export const TEST_MESSAGE_MS_MAX = 25_000;
/** Attempts at a time, each in a lane of its own. */
export const SENDS_AT_ONCE_MAX = 8;
/** Hosts of a message of which other trouble is told, and how much of each. */
export const OTHER_TROUBLE_MAX = 10;
/** A link in a mail that acts: until whoever was to use it knows by other ways. */
export const TICKET_LASTS_S = 7 * 86_400;
/** The same as text: names of NAME_CHARS_MAX, half as long again in base64. */
export const TICKET_CHARS_MAX = 2048;
/** The longest address that any page has: a ticket, or two names of NAME_CHARS_MAX for each item of a graph; and host and query. */
export const URL_CHARS_MAX = Math.max(TICKET_CHARS_MAX, (NAME_CHARS_MAX * 2 + 10) * GRAPH_SUBJECTS_MAX) + 512;
/** What the server answers of one ticket: a host, an item, an acknowledgement. */
export const TICKET_ANSWER_BYTES_MAX = 64 * KIB;
/** How far `alert --test` looks ahead: over the longest weekend; and how often: at each begin and end of what holds it up. */
export const PROSPECT_S_MAX = 8 * 86_400;
export const PROSPECT_LOOKS_MAX = 1000;
/** Downtimes by command at a time, those that come again included: more nobody oversees. */
export const DOWNTIMES_MAX = 1000;
/** Rows of each kind in an answer to ALERTS. */
export const ALERTS_SHOWN_MAX = 10_000;
/** Events in one answer of EVENTLOG, 5 MB; and how many it looks at for those that are meant, a tenth of a second of a CPU. Asking again goes on. */
export const EVENTS_ANSWERED_MAX = 10_000;
export const EVENTS_LOOKED_MAX = 100_000;
/** Up to so many hosts are looked through each for itself; of more, all events are. */
export const EVENT_HOSTS_WALKED_MAX = 32;
/** What an event in an answer of EVENTLOG takes at most, with all its words. */
export const EVENT_LISTED_BYTES_MAX = 5 * KIB;
/** Whether a heartbeat is due is looked at so often; one that was not taken is tried again after so long. */
export const HEARTBEAT_LOOK_MS = 5_000;
export const HEARTBEAT_AGAIN_MS = 30_000;
/** Why somebody acknowledges something. */
export const ACK_TEXT_CHARS_MAX = 200;
/** Changes that wait for a database that cannot be written; of more only records of what was told, and later all that is known is written. */
export const UNSAVED_CHANGES_MAX = 1000;
/** Events that could not be stored and of which users were told all the same, by their ids: what a client sends again is not new. */
export const UNSTORED_EVENTS_MAX = 50_000;
/** Events of the server's own that wait to be stored: more than a bad hour makes, and 1 MB; of more the oldest go. */
export const UNSTORED_OWN_EVENTS_MAX = 2000;
/** A message by HTTP, from the lookup of the name to the answer's status: what takes longer is down, and is tried again. */
export const CHANNEL_MS_MAX = 20_000;
/** What follows the status is for errors alone, so nobody waits long for it. */
export const CHANNEL_BODY_MS_MAX = 2_000;
/** Read of an answer; people are shown TEXT_CHARS_MAX of it. Most are `ok` or an error in JSON. */
export const CHANNEL_ANSWER_BYTES_MAX = 4 * KIB;
/** However long a server asks not to be tried again (Retry-After): an alert waits no longer for a word of somebody else. */
export const RETRY_AFTER_S_MAX = 3600;
/** A command that sends a message: a modem takes 20 s for an SMS. */
export const COMMAND_S_MAX = 60;
/** What it may print; people are shown TEXT_CHARS_MAX of it. */
export const COMMAND_OUTPUT_BYTES_MAX = 64 * KIB;
/** A variable in its environment: Linux takes 128 KiB for each, and 2 MiB for all with the arguments. */
export const COMMAND_VARIABLE_CHARS_MAX = 4096;
/** Words of its command line: what a person writes in one line. */
export const COMMAND_WORDS_MAX = 100;
/** The file that has a channel's URL: a URL of ARGUMENT_CHARS_MAX and comments. */
export const CHANNEL_FILE_BYTES_MAX = 16 * KIB;
/** The text of a push message. ntfy takes 4096 bytes and makes a file of what is longer (ntfy: message-size-limit). */
export const PUSH_BYTES_MAX = 4000;
/** Its title, and what a phone shows of it. */
export const PUSH_TITLE_CHARS_MAX = 100;
/** Notices in one message to a chat: a screen full; Slack takes 100 attachments and asks for 20 at most. */
export const CHAT_NOTICES_MAX = 15;
/**
 * So long an alert stays in Alertmanager that is not sent again: longer than a server is away for planned work, shorter than
 * anybody believes in an alert that its sender does not know any more.
 */
export const ALERTMANAGER_LASTS_S = 86_400;
/** What lasts is sent to Alertmanager again after so long: it forgets all alerts when it is restarted. */
export const ALERTMANAGER_AGAIN_S = 300;

/** The SVG of one picture: a graph of 4000 px with 200 limits and changes of level has 300 KiB. */
export const PICTURE_SVG_BYTES_MAX = MIB;
/** Pixels of one picture, such as 2500 × 1000. The process that draws takes 250 MiB then. */
export const PICTURE_PIXELS_MAX = 2_500_000;
/** The PNG of one picture: the largest graph has 100 KiB. */
export const PICTURE_PNG_BYTES_MAX = MIB;
/** Drawing one picture takes 0.3 s, the largest 0.6 s; as it is nice, more where others work. */
export const PICTURE_MS_MAX = 15_000;
/** Pictures that wait for the one before: more come of a storm, in which one more mail without a picture is no loss. */
export const PICTURES_WAITING_MAX = 16;
/** The same of pictures for pages, which may have another one in a moment. */
export const PAGE_PICTURES_WAITING_MAX = 4;

/** Events of one answer of the API: 600 KB. */
export const API_EVENTS_MAX = 2000;
/** Items of one answer with history, each up to 100 KB; and so many hosts asked at once, for some hang. */
export const API_SERIES_MAX = 64;
export const API_HOSTS_AT_ONCE = 8;
/** Rows that may be asked for: the nearest size of rows makes up to 1.6 times as many, within GRAPH_ROWS_MAX. */
export const API_POINTS_MAX = 600;
/** A password: longer than any sentence, and read before anybody is known. The least is what NIST SP 800-63B asks for. */
export const PASSWORD_CHARS_MAX = 256;
export const PASSWORD_CHARS_MIN = 8;
/** The file of passwords: 10,000 users of 200 bytes, and comments. */
export const PASSWORDS_BYTES_MAX = 4 * MIB;
/** Passwords that are hashed at a time: each takes 19 MiB and a thread for 40 ms. */
export const HASHES_AT_ONCE = 2;
/** Who waits for that: half a second of work; others are told to come again. */
export const HASHES_WAITING_MAX = 20;
/** Somebody who did not come for so long has to log in again. */
export const SESSION_LASTS_S = 30 * 86_400;
/** A session that is used is made anew after so long: not with every page. */
export const SESSION_RENEWED_S = 86_400;
/** A cookie of ours: a name of NAME_CHARS_MAX, numbers, a signature. */
export const COOKIE_CHARS_MAX = 512;
/** Cookies of our name in one request: those of a dmon at another path of the same host come too. */
export const COOKIES_LOOKED_MAX = 8;
/** Sessions of one user that were logged out and whose cookie would still be good; beyond it all of the user's sessions end. */
export const ENDED_PER_USER_MAX = 100;
/** Wrong passwords of one user from one address before waits begin: who mistypes is not to be bothered. */
export const WRONG_FREE = 5;
/** The same of one address, whoever it tries: an office behind one address; and of one user from anywhere. */
export const WRONG_FREE_WIDE = 20;
/** The first wait; each further wrong password doubles it, up to these: of a user from an address, and of either alone. */
export const WRONG_WAIT_S_MIN = 2;
export const WRONG_WAIT_S_MAX = 900;
export const WRONG_WAIT_WIDE_S_MAX = 60;
/** After so long without a wrong password all is forgotten: longer than any wait. */
export const WRONG_KEPT_S = 3600;
/** Users, addresses, and pairs of them that are remembered for that, 200 bytes each; the ones untouched longest go first. */
export const WRONG_KEPT_MAX = 10_000;
/** A program's password that was right is right for so long without another hash: a scrape each 15 s costs one in 5 minutes. */
export const BASIC_KEPT_S = 300;
export const BASIC_KEPT_MAX = 1000;
/** An Authorization header: a name, a password of 4 bytes a character, half as long again in base64. */
export const AUTHORIZATION_CHARS_MAX = 2 * KIB;
/** Proxies in X-Forwarded-For: more than five in a row nobody has. */
export const FORWARDED_MAX = 20;
/** Rows of what a user was told, and of the hosts that one of their alert lines is for. */
export const USER_TOLD_MAX = 50;
export const USER_HOSTS_SHOWN_MAX = 50;
/** What the server answers of one user: ALERTS_MAX lines would be more than anybody reads; a hundred are 100 KiB. */
export const USER_ANSWER_BYTES_MAX = MIB;
