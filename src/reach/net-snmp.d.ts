// The part of net-snmp that is used, which has no types of its own.

declare module "net-snmp" {
  interface Varbind {
    oid: string;
    type: number;
    value: unknown;
  }

  interface Message {
    pdu: { errorStatus?: number; errorIndex?: number };
    hasAuthentication(): number | boolean | undefined;
    hasPrivacy(): number | boolean | undefined;
  }

  interface Request {
    responseCb(error: Error): void;
  }

  /** A socket as the package uses it: what node:dgram makes. */
  interface PacketSocket {
    on(event: string, listener: (packet: Buffer) => void): void;
    ref(): void;
    unref(): void;
    close(): void;
    send(
      packet: Buffer,
      offset: number,
      length: number,
      port: number,
      address: string,
      sent: (error: Error | null) => void,
    ): void;
  }

  interface User {
    name: string;
    level: number;
    authProtocol?: number;
    authKey?: string;
    privProtocol?: number;
    privKey?: string;
  }

  interface Options {
    version: number;
    port: number;
    retries: number;
    timeout: number;
    backoff: number;
    reportOidMismatchErrors: boolean;
    dgramModule: { createSocket(): PacketSocket };
  }

  class Session {
    retries: number;
    on(event: "error", listener: (error: Error) => void): void;
    get(oids: string[], done: (error: Error | null, varbinds?: Varbind[]) => void): void;
    getNext(oids: string[], done: (error: Error | null, varbinds?: Varbind[]) => void): void;
    getBulk(
      oids: string[],
      nonRepeaters: number,
      maxRepetitions: number,
      done: (error: Error | null, varbinds?: Varbind[][]) => void,
    ): void;
    /** What is called with each answer that passed the security of v3. */
    onSimpleGetResponse: (this: void, request: Request, message: Message) => void;
    cancelRequests(error: Error): void;
  }

  function createSession(address: string, community: string, options: Options): Session;
  function createV3Session(address: string, user: User, options: Options): Session;

  const Version1: number;
  const Version2c: number;
  const Version3: number;
  const SecurityLevel: { noAuthNoPriv: number; authNoPriv: number; authPriv: number };
  const AuthProtocols: Record<string, number>;
  const PrivProtocols: Record<string, number>;
  const Authentication: {
    algorithms: Record<number, { CRYPTO_ALGORITHM: string }>;
    /** The package asks it for the key of each packet. */
    passwordToKey: (protocol: number, password: string | Buffer, engineId: Buffer) => Buffer;
  };
}
