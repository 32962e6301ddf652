import { answeredTo } from './datagrams.ts'
import type { CheckSettings } from './vocabulary/index.ts'

/** What a director sends to a service of its own, for a program of bash. */
export interface OwnDatagram {
  /** Each byte as `\\xHH`, as printf of bash reads it. */
  readonly sent: string
  /** Pattern of the shell for the first bytes that come back, two digits each; empty where nothing has to come. */
  readonly answer: string
}

/** How a director asks itself by UDP; absent of a check that does not. */
export function ownDatagramOf(check: CheckSettings): OwnDatagram | undefined {
  if (check.type !== 'udp' && check.type !== 'dns') return undefined
  const asked = answeredTo(check)
  if (asked)
    return { sent: escaped(Buffer.from(asked.sent, 'hex')), answer: patternOf(asked.mask, asked.value) }
  // Without a payload any byte will do: what matters is whether the kernel says that nobody is there.
  const sent = check.type === 'udp' && check.payload !== undefined ? check.payload : '\0'
  return { sent: escaped(Buffer.from(sent)), answer: check.type === 'udp' && check.reply ? '*' : '' }
}

function escaped(bytes: Buffer): string {
  return [...bytes].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')
}

const digits = [...'0123456789abcdef']

/** For each digit those that have the bits which count as they must be, and whatever follows. */
function patternOf(mask: string, value: string): string {
  const places = [...mask].map((bits, at) => {
    const [counting, wanted] = [bits, value[at] ?? '0'].map((digit) => Number.parseInt(digit, 16))
    const fit = digits.filter((_, digit) => (digit & (counting ?? 0)) === wanted)
    if (fit.length === digits.length) return '?'
    return fit.length === 1 ? fit.join('') : `[${fit.join('')}]`
  })
  return `${places.join('')}*`
}
