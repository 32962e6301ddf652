import { lastOf, type Statement } from '../../adoption/index.ts'
import { canonical } from '../../cluster/index.ts'
import { numberOr } from '../tracks.ts'
import { checksIn } from './checks.ts'
import {
  blocksOf,
  type Complaint,
  isAddress,
  realsOf,
  servers,
  type Written,
  type WrittenFamily,
} from './subject.ts'

/** Seconds for which nobody means to send clients to who is gone. */
const longestWait = 300
/** check_data.c, KEEPALIVED_DEFAULT_DELAY, in seconds. */
const usualLoop = 60

/** Rules about how soon a failure is noticed, and whose. */
export const seldomRules = {
  'keepalived-check-seldom': {
    severity: 'warning',
    reason:
      'Who is gone is noticed by the next check: where that is minutes away, clients are sent there for so long; and so where a program that hangs is given as long.',
    source: 'keepalived.conf(5), delay_loop and vrrp_script, interval, timeout and fall',
    find: (one) => [
      ...servers(one)
        .flatMap((server) => [server, ...realsOf(server)])
        .flatMap(({ keyword, values, block = [] }) => {
          const line = lastOf(block, 'delay_loop')
          return line && Number(line.values[0]) > longestWait
            ? [
                {
                  message: `${keyword} ${values.join(' ')} is looked at every ${line.values[0]} s`,
                  at: line.at,
                  next: 'Write the seconds for which a client may wait, such as 5.',
                },
              ]
            : []
        }),
      ...blocksOf(one, 'vrrp_script').flatMap(seldomOfScript),
    ],
  },
  'keepalived-check-unsaid': {
    severity: 'warning',
    reason:
      'Without a delay_loop keepalived looks once in 60 s: whoever is gone is sent clients for up to a minute.',
    source: 'keepalived.conf(5), delay_loop; keepalived check_data.h, KEEPALIVED_DEFAULT_DELAY',
    find: (one) =>
      servers(one)
        .filter((server) => {
          const checks = checksIn({ ...one, statements: [server] })
          const said = [server, ...realsOf(server), ...checks.map(({ check }) => check)]
          return checks.length > 0 && !said.some(({ block = [] }) => lastOf(block, 'delay_loop'))
        })
        .map(({ keyword, values, at }) => ({
          message: `${keyword} ${values.join(' ')} has no delay_loop, and is looked at every ${usualLoop} s`,
          at,
          next: 'Add the seconds for which a client may wait: delay_loop 5',
        })),
  },
  'keepalived-check-other': {
    severity: 'warning',
    reason:
      'A check that asks another realserver than its own takes the wrong one out: the one that is gone stays, and the one that is well goes with the other. One that asks the VIP learns nothing of its realserver, but of all of them together, or of the director itself.',
    source: 'keepalived.conf(5), connect_ip and misc_path',
    find: checksOfOthers,
  },
} as const satisfies WrittenFamily

function seldomOfScript({ values, block = [], at }: Statement): readonly Complaint[] {
  const [interval, fall, timeout] = ['interval', 'fall', 'timeout'].map((word) => lastOf(block, word))
  const often = numberOr(interval?.values[0], 1) * numberOr(fall?.values[0], 1)
  const hangs = numberOr(timeout?.values[0], 0)
  const name = `vrrp_script ${values[0] ?? ''}`
  if (often > longestWait)
    return [
      {
        message: `${name} gives its VIPs up after ${often} s of failures`,
        at: interval?.at ?? at,
        next: 'Write a smaller interval, or a smaller fall.',
      },
    ]
  return timeout && hangs > longestWait
    ? [
        {
          message: `${name} is given ${hangs} s before it counts as failed where it hangs`,
          at: timeout.at,
          next: 'Write the seconds within which it answers while all is well, such as 5.',
        },
      ]
    : []
}

/** Whole addresses in what a program is told. */
const inWords = /(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f:]*:[0-9a-f.:]*)(?![\w.])/gi

function checksOfOthers(one: Written): readonly Complaint[] {
  return servers(one).flatMap((server) => {
    const others = new Set(realsOf(server).map(({ values: [address = ''] }) => canonical(address)))
    const vip = canonical(server.values[0] ?? '')
    return checksIn({ ...one, statements: [server] }).flatMap(({ check, of, real }): readonly Complaint[] => {
      // By a mark the kernel can send it to whichever realserver is meant.
      if (lastOf(check.block ?? [], 'fwmark')) return []
      const own = canonical(real.values[0] ?? '')
      const line = lastOf(check.block ?? [], check.keyword === 'MISC_CHECK' ? 'misc_path' : 'connect_ip')
      const named = [...(line?.values ?? []).join(' ').matchAll(inWords)].flatMap(([text]) =>
        isAddress(text) ? [canonical(text)] : [],
      )
      const other = named.find((address) => address === vip || others.has(address))
      return line && other !== undefined && !named.includes(own)
        ? [
            {
              message: `${check.keyword} of ${of} asks ${other}, which is ${other === vip ? 'the VIP' : 'another realserver'}`,
              at: line.at,
              next: `Write ${own}.`,
            },
          ]
        : []
    })
  })
}
