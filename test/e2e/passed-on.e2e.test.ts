import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mixedImages } from './architecture.ts'
import { startCluster, type TestCluster } from './cluster.ts'
import { drillResultsOf, proofsOf, recapsOf } from './events.ts'
import { tellCluster } from './tls.ts'

/** Greets whoever connects, as servers of mail and databases do, and stays until he goes. */
const greeter = `use strict; use IO::Socket::INET; use IO::Select;
my $listener = IO::Socket::INET->new(LocalPort => 3306, Listen => 64, ReuseAddr => 1) or die "$!";
my $all = IO::Select->new($listener);
while (my @ready = $all->can_read) {
  for my $one (@ready) {
    if ($one == $listener) { my $client = $one->accept or next; syswrite $client, "good day\\n"; $all->add($client) }
    elsif (!sysread $one, my $said, 99) { $all->remove($one); close $one }
  }
}
`
const unit = `[Service]
ExecStart=/usr/bin/perl /root/greeter.pl
[Install]
WantedBy=multi-user.target
`

describe('a service that is passed on unread', () => {
  let cluster: TestCluster
  beforeAll(async () => {
    cluster = await startCluster('application', '10.91.30', { images: mixedImages })
    for (const realserver of ['rs1', 'rs2'])
      await cluster.on(
        realserver,
        `cat >/root/greeter.pl <<'END'
${greeter}END
cat >/etc/systemd/system/greeter.service <<'END'
${unit}END
systemctl enable --now greeter`,
      )
  })
  afterAll(() => cluster?.[Symbol.asyncDispose]())

  it.each(['haproxy', 'nginx'])(
    'is asked for in drills, and given up by a director whose %s hangs',
    async (balancer) => {
      tellCluster(cluster, {
        balancer,
        applications: [],
        services: [{ port: 3306, mode: 'tcp', check: { type: 'tcp' } }],
      })
      const applied = await cluster.run(['apply', '--json'])
      expect(applied.status, applied.stdout + applied.stderr).toBe(0)
      expect(proofsOf(applied).filter(({ verdict }) => verdict !== 'pass')).toEqual([])
      const again = await cluster.run(['apply', '--json', '--no-verify'])
      expect(recapsOf(again).filter(({ changed }) => changed > 0)).toEqual([])

      const drilled = await cluster.run(['drill', 'balancer-hung', '--yes', '--json'])
      const [result] = drillResultsOf(drilled)
      expect(result?.reasons).toEqual([])
      // It does not end before the VIP was elsewhere: those that asked the frozen one were greeted by nobody.
      expect(result?.services.map(({ url, felt }) => [url, felt.failed > 0])).toEqual([
        [cluster.address('tcp://10.77.0.100:3306'), true],
      ])
      expect(result?.holders.map(({ host }) => host)).toContain('d2')
    },
  )
})
