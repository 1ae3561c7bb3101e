// The ways to tell people besides mail, in order of name.

import alertmanager from "./alertmanager.ts";
import type { ChannelType } from "./channel.ts";
import command from "./command.ts";
import mattermost from "./mattermost.ts";
import ntfy from "./ntfy.ts";
import slack from "./slack.ts";
import webhook from "./webhook.ts";

export const channelTypes: readonly ChannelType[] = [alertmanager, command, mattermost, ntfy, slack, webhook];
