// What the commands of both ports need of a role.

export interface CommonDesk {
  role: "Client" | "Server";
  version: string;
  /** Facts about the daemon, one a line. */
  stateLines(): string[];
}
