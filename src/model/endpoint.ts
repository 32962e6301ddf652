/** An address and a port as programs write them: IPv6 in brackets (RFC 3986, 3.2.2). */
export function endpointOf({ address, port }: { readonly address: string; readonly port: number }): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}
