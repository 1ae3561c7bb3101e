// The channel that is always there: mail, by the server that `smtp` names or by the local sendmail.

import { defineChannel, SendError } from "./channel.ts";
import { MAIL_SERVER_FORM, parseMailServer } from "./mail-server.ts";

export default defineChannel({
  name: "mail",
  is: "URL of a mail server",
  form: `${MAIL_SERVER_FORM}; nothing for the local sendmail`,
  example: "alert anna * * >=sick via mail",
  doc: `A mail in text and HTML with a graph of the last day, to the user's address. By the server of the key smtp: TLS begins by STARTTLS where it is offered, and always before a password is sent to another host; tls=required, tls=offered or tls=off behind the URL (smtp://host?tls=required) says otherwise. The certificate must be one that this host trusts, or by an authority of ca=/FILE; that of a server on this host itself need not. Without smtp, by the local sendmail.`,
  accepts(url) {
    try {
      return url === "" || Boolean(parseMailServer(url));
    } catch {
      return false;
    }
  },
  async send(message, delivery) {
    const server = serverOf(delivery.url);
    const { composeMail } = await import("./compose.ts");
    const mail = await composeMail(message, delivery);
    if (server) {
      const { sendBySmtp } = await import("./smtp.ts");
      return sendBySmtp(mail, server, { name: message.server, signal: delivery.signal });
    }
    const { sendBySendmail } = await import("./sendmail.ts");
    return sendBySendmail(mail, { signal: delivery.signal });
  },
});

function serverOf(url: string) {
  try {
    return url.trim() === "" ? undefined : parseMailServer(url);
  } catch (error) {
    // Not for good: somebody will mend dmon.conf, and then what waits is sent.
    throw new SendError(error instanceof Error ? error.message : String(error));
  }
}
