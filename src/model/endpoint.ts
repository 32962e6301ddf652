/** An address as it stands before a port, or in a URL: IPv6 in brackets (RFC 3986, 3.2.2). */
export function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address
}

/** An address and a port as programs write them. */
export function endpointOf({
  address,
  port,
}: {
  readonly address: string
  /** A range of them, too, such as `8000-8010`. */
  readonly port: number | string
}): string {
  return `${bracketed(address)}:${port}`
}
