import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bounded } from './bounded.ts'
import { startCluster, type TestCluster } from './cluster.ts'
import { proofsOf, recapsOf } from './events.ts'

const directors = ['d1', 'd2', 'd3']

/**
 * A server of the user's own that takes connections and says nothing of HTTP, and has a port of UDP, too; a file tells that it is
 * the one to be asked.
 */
const database = `cat >/usr/local/lib/database.pl <<'END'
use Socket;
socket(my $udp, PF_INET, SOCK_DGRAM, 17); bind($udp, sockaddr_in(5433, INADDR_ANY)) or die;
socket(my $tcp, PF_INET, SOCK_STREAM, 6); setsockopt($tcp, SOL_SOCKET, SO_REUSEADDR, 1);
bind($tcp, sockaddr_in(5432, INADDR_ANY)) or die; listen($tcp, 64);
while (accept(my $client, $tcp)) { syswrite $client, "ready\n"; close $client }
END
printf '%s\n' '#!/bin/sh' 'test -e /run/database-is-primary' >/usr/local/bin/is-primary
chmod 755 /usr/local/bin/is-primary
printf '%s\n' '[Service]' 'ExecStart=/usr/bin/perl /usr/local/lib/database.pl' '[Install]' 'WantedBy=multi-user.target' \
  >/etc/systemd/system/database.service
# systemd itself listens, and starts a process for each who connects.
printf '%s\n' '[Socket]' 'ListenStream=5434' 'Accept=yes' '[Install]' 'WantedBy=sockets.target' >/etc/systemd/system/greeting.socket
printf '%s\n' '[Service]' 'ExecStart=-/bin/echo welcome' 'StandardOutput=socket' >/etc/systemd/system/greeting@.service
echo 'f /run/database-is-primary 0644 root root' >/etc/tmpfiles.d/database.conf
systemd-tmpfiles --create /etc/tmpfiles.d/database.conf
systemctl daemon-reload; systemctl enable --now database greeting.socket`

/** Declares the tests of an address that floats between three machines of three kinds, before a server that is nobody's but the user's. */
export function floating(network: string): void {
  describe('an address before a server of the user, which three machines of both families share', () => {
    let cluster: TestCluster
    const vips = ['10.77.0.100', '10.77.0.101'] as const
    /** Who holds each VIP, once these do or half a minute is over. */
    async function heldBy(...wanted: readonly string[]): Promise<readonly string[]> {
      for (let round = 0; ; round++) {
        const addresses = await Promise.all(
          directors.map(async (one) => [one, await cluster.on(one, 'ip -o address show')] as const),
        )
        const held = vips.map((vip) =>
          addresses
            .filter(([, shown]) => shown.includes(` ${cluster.address(vip)}/`))
            .map(([one]) => one)
            .join(),
        )
        if (held.join() === wanted.join() || round === 30) return held
        await pause(1000)
      }
    }
    beforeAll(async () => {
      cluster = await startCluster('two-machines', network, {
        images: { d2: 'trixie', d3: 'el9' },
        edit: (inventory, topology) => {
          const own = (last: number) => `${network}.${last}`
          topology.setIn(['machines', 'd3'], { address: own(13) })
          inventory.setIn(['all', 'children', 'directors', 'hosts', 'd3'], { ansible_host: own(13) })
          const words = {
            backend: 'none',
            vips: [
              { address: own(100), vrid: 51, owner: 'd2' },
              { address: own(101), vrid: 52, owner: 'd3' },
            ],
            services: [
              { port: 5432, check: { type: 'tcp', timeout: 5 } },
              { port: 5434, check: { type: 'tcp', timeout: 5 } },
              { port: 5433, protocol: 'udp', check: { type: 'misc', program: '/usr/local/bin/is-primary' } },
            ],
          }
          for (const [word, value] of Object.entries(words))
            inventory.setIn(['all', 'vars', 'cluster', word], inventory.createNode(value))
        },
      })
      await Promise.all(directors.map((one) => cluster.on(one, database)))
    })
    afterAll(() => cluster?.[Symbol.asyncDispose]())

    it('comes up with one command, proves itself, and has nothing left to do', async () => {
      const applied = await cluster.run(['apply', '--json'])
      expect(applied.status, applied.stdout + applied.stderr).toBe(0)
      expect(proofsOf(applied).filter(({ verdict }) => verdict !== 'pass')).toEqual([])
      expect(proofsOf(applied).filter(({ seen = '' }) => seen.startsWith('greeting.socket'))).toHaveLength(3)
      const again = await cluster.run(['apply', '--json', '--no-verify'])
      expect(recapsOf(again).map(({ changed, trips }) => [changed, trips])).toEqual(
        directors.map(() => [0, 1]),
      )
      expect(await cluster.on('client', `bash -c 'cat </dev/tcp/${cluster.address(vips[0])}/5432'`)).toBe(
        'ready',
      )
    })

    it('goes to the next machine where a program of the user says so, and returns', async () => {
      expect(await heldBy('d2', 'd3')).toEqual(['d2', 'd3'])
      await cluster.on('d2', 'rm /run/database-is-primary')
      expect(await heldBy('d3', 'd3')).toEqual(['d3', 'd3'])
      await cluster.on('d2', ': >/run/database-is-primary')
      expect(await heldBy('d2', 'd3')).toEqual(['d2', 'd3'])
    })

    bounded(() => cluster, ['keepalived-killed', 'service-stopped', 'director-cut-from-peer'])

    it('stays where one of three is left', async () => {
      await cluster.lab.kill('d3')
      await cluster.lab.kill('d2')
      expect(await heldBy('d1', 'd1')).toEqual(['d1', 'd1'])
      const verified = await cluster.run(['verify', '--json', '--timeout', '3', '--wait', '0'])
      expect(verified.status).toBe(3)
      const wrong = proofsOf(verified).filter(({ verdict }) => verdict !== 'pass')
      expect(wrong.map(({ subject }) => subject).toSorted()).toEqual(['d2', 'd3'])
      await Promise.all(['d2', 'd3'].map((one) => cluster.lab.start(one)))
      expect(await cluster.settled()).toEqual([])
    })
  })
}
