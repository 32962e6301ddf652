import ipaddr from 'ipaddr.js'
import { z } from 'zod'

/** Name of a cluster, an instance or a router: it appears in configuration files. */
export const name = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,31}$/, 'must be 1 to 32 letters, digits, "_" or "-", a letter first')

/** Whose server has a port of the realservers, where it is not that of the cluster's `backend`. */
export const ownServer = z
  .literal('none')
  .optional()
  .describe(
    '`none`: a server of your own has that port of its realservers, such as Redis beside pages, and Understudy leaves it alone. Realservers that serve nothing else get nothing of the `backend` of the cluster.',
  )

/** A size as nginx writes it. */
export const bodySize = z
  .string()
  .regex(
    /^[1-9]\d{0,8}[kmg]?$/,
    'must be a number of bytes, or of them with k, m or g behind it, such as 20m',
  )

export const groupName = z.string().min(1)

export const interfaceName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,14}$/, 'must be the name of a network interface such as eth0')

// Their patterns are what editors are told; what an address is, the functions below decide.
export const address = z
  .string()
  .refine((text) => isAddress(text), 'must be an IPv4 or IPv6 address such as 10.0.0.10')
  .meta({ pattern: '^[0-9A-Fa-f:.]+$' })

export const vipAddress = z
  .string()
  .refine(isAddressMaybeWithPrefix, 'must be an address with or without its prefix, such as 10.0.0.100/24')
  .meta({ pattern: '^[0-9A-Fa-f:.]+(/[0-9]{1,3})?$' })

/** Where a route leads. */
export const destination = z
  .string()
  .refine(
    isAddressMaybeWithPrefix,
    'must be a network such as 192.0.2.0/24, an address, or for anywhere 0.0.0.0/0 or ::/0',
  )
  .meta({ pattern: '^[0-9A-Fa-f:.]+(/[0-9]{1,3})?$' })

export const network = z
  .string()
  .refine(
    (text) => text.includes('/') && isAddressMaybeWithPrefix(text),
    'must be a network such as 10.1.0.0/16',
  )
  .meta({ pattern: '^[0-9A-Fa-f:.]+/[0-9]{1,3}$' })

export const port = z.number().int().min(1).max(65535)
export const seconds = z.number().min(0.1).max(3600)
/** Seconds for which what lasts may say nothing. */
export const silence = z.number().min(1).max(604_800)

/** A program on the machines; it goes between quotes into configuration files. */
export const program = z
  .string()
  .regex(/^\/[A-Za-z0-9._/ =:,@%+-]*$/, 'must be the absolute path of a program, with plain arguments')

/** Text that goes into a configuration file as it is; expressions in it have a value for each host. */
export const verbatim = z.string()

function isAddress(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text) || (ipaddr.IPv6.isValid(text) && !text.includes('%'))
}

function isAddressMaybeWithPrefix(text: string): boolean {
  const [bare = '', prefix, ...rest] = text.split('/')
  if (!isAddress(bare) || rest.length > 0) return false
  if (prefix === undefined) return true
  return /^\d{1,3}$/.test(prefix) && Number(prefix) >= 0 && Number(prefix) <= (bare.includes(':') ? 128 : 32)
}
