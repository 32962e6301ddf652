import type { Statement } from '../../adoption/index.ts'
import { type Bounds, boundsOf, isWithin } from './bounds.ts'
import type { Complaint, WrittenFamily } from './subject.ts'
import { needsValue } from './values.ts'

/** Rules about numbers. */
export const numberRules = {
  'keepalived-number': {
    severity: 'warning',
    reason:
      'A number that is none, or is out of bounds, keepalived leaves out and takes what is usual: its log alone tells.',
    source: 'keepalived lib/parser.c, read_unsigned_strvec; vrrp_parser.c, check_parser.c',
    find: ({ statements }) => wrongNumbers(statements, ''),
  },
} as const satisfies WrittenFamily

function wrongNumbers(statements: readonly Statement[], name: string): readonly Complaint[] {
  return statements.flatMap(({ keyword, values, block, at }): readonly Complaint[] => {
    if (block) return wrongNumbers(block, keyword)
    const bounds = boundsOf(name, keyword)
    // Only these may be for all interfaces, which comes before the number.
    const value = /garp_(extra_if|intvl)$/.test(keyword) && values[0] === 'all' ? values[1] : values[0]
    if (!bounds || isWithin(value, bounds)) return []
    // Another rule says that it says nothing.
    if (value === undefined && needsValue(name, keyword)) return []
    const says = value === undefined ? 'says no number' : `says ${value}, which keepalived does not take`
    return [{ message: `${keyword} in ${name} ${says}`, at, next: nextOf(bounds) }]
  })
}

function nextOf({ least, most, whole }: Bounds): string {
  if (!whole && least > 0 && least < 1) return 'Write a number above 0.'
  const upTo = most < 100_000_000 ? `to ${most}` : 'on'
  return `Write a ${whole ? 'whole number' : 'number'} from ${least} ${upTo}.`
}
