// The words behind a probe's name that are right, at which nobody may take offence; wrong ones are in mistakes-of-items.ts.

import { describe, expect, test } from "bun:test";
import { allProbes } from "../../probes/index.ts";
import { errorsOf, HOSTS, itemOf, works } from "./fixture.ts";
import { ITEMS } from "./mistakes-of-items.ts";

test.each([
  "avg_of root_usage window=90s",
  "certificate",
  "certificate /etc/letsencrypt/live/*/cert.pem",
  "certificate www.example.org",
  "certificate [2001:db8::7]:8443 name=www.example.org",
  "certificate mail.example.org:25 starttls=SMTP",
  "checkmk backup",
  "containers /run/user/1000/podman/podman.sock",
  "disk /",
  "disk /dev/shm",
  "disk var_lib",
  'disk "/srv/two words"',
  "diskio cciss!c0d0",
  'diskio "vg0-photo album"',
  "dns example.org",
  "dns _dmarc.example.org type=txt expect=v=DMARC1",
  "dns bücher.example [2001:db8::53]:5353 type=AAAA expect=2001:db8::7",
  "dns 192.0.2.7 {host} type=PTR expect=mars.example.org",
  "dns gone.example.org {host}:53 expect=none",
  "exec /bin/true",
  "exec user=www-data env.A= env.B=x timeout=5 queue-lengths --all",
  'exec /bin/dd if=/dev/zero "timeout=5" "user=x"',
  "file /backup/*.tar.gz",
  "file /backup/[a-z]/[[]x]",
  "forecast root_usage 100%",
  "forecast mem_avail <1.5GiB window=1w",
  "forecast uptime 1h30m",
  "full /srv/data window=3d",
  "http",
  "http HTTPS://{host}:8443/x?y=z status=2xx,404 method=head ip=6",
  'http http://bücher.example/ header="Accept: */*" user=anna password=@/etc/dmon/pw match="^\\d+ (ok|well)$"',
  "http http://anna:x@www.example.org/ password=y follow=0 insecure=yes",
  "http http://[2001:db8::7]/ ip=6",
  "ifmib only=gi1/0/*,!gi1/0/7",
  'log /var/log/kern.log "I/O error" ignore="dev (fd|sr)0"',
  'log /var/log/kern.log ""',
  "munin if_eth0 env.x=y",
  "munin /opt/plugins/df user=munin",
  "nagios every=5m user=nobody check_disk -w 10% -c 5% -p /",
  "net eth0:1",
  "net br-lan.7",
  "ping fe80::1%eth0 count=20 ip=6",
  "ping mars",
  "ping localhost.",
  "process java cmd=kafka[.]Kafka user=1000 pidfile=/run/kafka.pid",
  "process tmux:*",
  "process -bash",
  "smtp mail.example.org port=465 expect=",
  "snmp .1.3.6.1.2.1.1.3.0 scale=-1e-3 unit=s",
  'snmp 1.3.6.1.2.1.1.1.0 match="in service,ok*"',
  "ssh port=2222",
  "tcp 22",
  "tcp mail.example.org:143 expect=OK",
  'tcp ::1 25 send="EHLO x\\r\\n"',
  "textfile /var/lib/jobs/*.prom",
  "unit nginx",
  "unit org.cups.cupsd",
  "unit getty@tty1.service",
  "unit dev-disk-by\\x2dlabel-x.device",
])("%s", (words) => {
  expect(errorsOf(`${HOSTS}item x ${words}\nget mars x\n`)).toEqual([]);
});

test("each probe that takes words has lines that are wrong", () => {
  const wrong = new Set(ITEMS.map(([, line]) => line.split(" ")[2]));
  const withWords = allProbes().filter(({ args, options }) => args || options);
  expect(withWords.map(({ name }) => name).filter((name) => !wrong.has(name))).toEqual([]);
});

test("a probe's own defaults are words that it would take", () => {
  for (const { options = {} } of allProbes())
    for (const option of Object.values(options)) if (option.default !== undefined) option.form.parse(option.default);
});

describe("a command line", () => {
  const item = (words: string) => itemOf(works(`${HOSTS}item x ${words}\nget mars x\n`), "x");

  test("has the item's options before it", () => {
    expect(item('nagios every=5m timeout=20 label="free space" check_disk -w 10%')).toMatchObject({
      args: ["check_disk", "-w", "10%"],
      every_s: 300,
      timeout_s: 20,
      label: "free space",
    });
  });

  test("has what is quoted for itself, and what is no option here", () => {
    const { args, every_s } = item('exec /bin/x "every=5m" if=y "env.A=1" late=1');
    expect({ args, every_s }).toEqual({
      args: ["/bin/x", "every=5m", "if=y", "env.A=1", "late=1"],
      every_s: undefined,
    });
  });

  test("of several options behind it, all are in the line to write", () => {
    expect(() => item("nagios check_disk every=5m -w 10% user=nobody")).toThrow(
      "write item x nagios every=5m user=nobody check_disk …",
    );
  });
});
