import { z } from 'zod'

/** Where a server of the engine is. `tls://` is one that has to speak TLS; with `nats://` it is spoken where the server offers it. */
export const engineAddress = z
  .string()
  .regex(
    /^(nats|tls):\/\/[^\s/?#]+\/?$/,
    'an address is nats://HOST:PORT, or tls://HOST:PORT of an engine that has to speak TLS; in a password stand %2F for /, %3F for ?, %23 for #',
  )
  .refine((text) => URL.canParse(text), 'an address has a host, and a port from 1 to 65535')
  .refine(isDecodable, 'in a user and a password stand %25 for %, %40 for @, %2F for /, %3F for ?, %23 for #')

function isDecodable(text: string): boolean {
  try {
    // The bundler takes a call whose answer nobody has for one that never throws, and leaves it out.
    return decodeURIComponent(text) !== ''
  } catch {
    return false
  }
}

/** An address as it may be shown: without a password, or the token that stands alone before the host. */
export function shownAddress(address: string): string {
  const [, protocol = '', whole = ''] = /^([a-z][a-z\d+.-]*:\/\/)?(.*)$/is.exec(address) ?? []
  const host = whole.slice(whole.lastIndexOf('@') + 1).replace(/\/$/, '')
  const user = /^([^:@]+):.*@/.exec(whole)?.[1]
  return `${protocol}${user === undefined ? '' : `${user}@`}${host}`
}
