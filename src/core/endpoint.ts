// An address and a port, as configs and URLs write them; the address of IPv6 stands in brackets.

export interface Endpoint {
  /** An IP address; `::` is all of them. */
  address: string;
  port: number;
}

/** `127.0.0.1:22080`, `[::1]:22080` */
export function formatEndpoint({ address, port }: Endpoint): string {
  return `${address.includes(":") ? `[${address}]` : address}:${port}`;
}

/** Where a browser on the host itself finds it. */
export function endpointUrl({ address, port }: Endpoint): string {
  const everywhere = address === "::" || address === "0.0.0.0";
  return `http://${formatEndpoint({ address: everywhere ? "localhost" : address, port })}/`;
}
