import { prober } from '../../src/drill/client/prober.ts'
import type { TestCluster } from './cluster.ts'
import type { Ran } from './understudy.ts'

/** What clients felt meanwhile. */
export interface Felt {
  readonly ran: Ran
  readonly asked: number
  readonly failed: number
  /** What the first of those that failed were told: when it was sent, how long it took, and its status. */
  readonly how: readonly string[]
}

/**
 * Has the client of the drills ask 200 times a second, or less often, each time over a connection of its own, while something is done. A
 * machine of the lab may be slow: an answer may take its time, and any number may be under way.
 */
export async function failedUnderLoad(
  cluster: TestCluster,
  vip: string,
  work: () => Promise<Ran>,
  path = '/',
  milliseconds = 5,
): Promise<Felt> {
  const asking = cluster.on(
    'client',
    cluster.address(`rm -f /tmp/over; cat >/tmp/prober.pl <<'END'
${prober}
END
(n=0; until [ -e /tmp/over ] || [ $n -gt 300 ]; do echo t; n=$((n + 1)); sleep 1; done; echo stop; sleep 10) |
  perl /tmp/prober.pl ${vip} 80 '${path}' ${milliseconds} 8000 2000 '' '' '' '' '' '' 'Host: ${vip}' |
  awk '$1 == "r" { n++; if ($5 !~ /^[23]/ && f++ < 5) print } END { print n + 0, f + 0 }'`),
  )
  await new Promise((done) => setTimeout(done, 2000))
  try {
    const ran = await work()
    await cluster.on('client', 'sleep 1; : >/tmp/over')
    const said = await asking
    const [, asked, failed] = /^(\d+) (\d+)$/m.exec(said) ?? []
    if (asked === undefined) throw new Error(`the client did not say what it felt, but: ${said}`)
    return { ran, asked: Number(asked), failed: Number(failed), how: said.match(/^r .*$/gm) ?? [] }
  } finally {
    await cluster.on('client', ': >/tmp/over')
  }
}
