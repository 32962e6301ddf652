import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bounded } from './bounded.ts'
import { type ClusterOptions, startCluster, type TestCluster } from './cluster.ts'
import { proofsOf, recapsOf } from './events.ts'

/** Where only directors and clients have addresses, beside those of the lab. */
const outside = '198.51.100'

/** Gives a machine a second address on its only interface, now and at each boot. */
const secondAddress = (last: number) => `ip address add ${outside}.${last}/24 dev vec0 &&
printf '[Network]\\nAddress=${outside}.${last}/24\\n' >/tmp/second &&
mkdir -p /etc/systemd/network/10-vec0.network.d && mv /tmp/second /etc/systemd/network/10-vec0.network.d/second.conf`

/** Directors that are realservers, too; `alone`: those that are nothing else. */
interface Shape {
  readonly inventory: string
  readonly network: string
  readonly images: NonNullable<ClusterOptions['images']>
  readonly alone: readonly string[]
  /** The VIPs are in a network in which no realserver needs an address. */
  readonly apart: boolean
  readonly faults: readonly string[]
}

/** Declares the tests of directors that are realservers, too. */
export function both({ inventory, network, images, alone, apart, faults }: Shape): void {
  describe(`${inventory} with directors that are realservers${apart ? ', and VIPs in another network' : ''}`, () => {
    let cluster: TestCluster
    const serving = ['d1', 'd2', ...alone]
    const vip = apart ? `${outside}.100` : `${network}.100`
    beforeAll(async () => {
      cluster = await startCluster(inventory, network, {
        images,
        edit: (file, topology) => {
          const words = ['all', 'vars', 'cluster']
          file.setIn([...words, 'services', 0, 'backend_port'], 8081)
          const hosts = Object.fromEntries(serving.map((host) => [host, {}]))
          for (const rs of ['rs1', 'rs2'])
            if (!alone.includes(rs)) topology.deleteIn(['machines', rs])
            else hosts[rs] = { ansible_host: `${network}.2${rs.at(-1)}` }
          file.setIn(['all', 'children', 'realservers', 'hosts'], file.createNode(hosts))
          if (apart)
            for (const index of [0, 1])
              file.setIn([...words, 'vips', index, 'address'], `${outside}.10${index}`)
        },
      })
      if (apart)
        for (const [host, last] of [
          ['d1', 11],
          ['d2', 12],
          ['client', 31],
        ] as const)
          expect(await cluster.on(host, secondAddress(last))).toBe('')
    })
    afterAll(() => cluster?.[Symbol.asyncDispose]())

    it('comes up with one command, proves itself, and has nothing left to do', async () => {
      const applied = await cluster.run(['apply', '--json'])
      expect(applied.status, applied.stdout + applied.stderr).toBe(0)
      const proofs = proofsOf(applied)
      expect(proofs.filter(({ verdict }) => verdict !== 'pass')).toEqual([])
      const shares = proofs.find(({ name }) => name === 'every realserver serves its share')
      for (const host of serving) expect(shares?.seen).toContain(`${host} `)
      const again = await cluster.run(['apply', '--json', '--no-verify'])
      expect(
        recapsOf(again)
          .map(({ host, changed, trips }) => [host, changed, trips])
          .toSorted(),
      ).toEqual(serving.map((host) => [host, 0, 1]))
    })

    bounded(() => cluster, faults)

    it('serves on when one of them loses its power, and is whole when it is back', async () => {
      await cluster.lab.kill('d1')
      const answers = await cluster.on(
        'client',
        `sleep 8; for n in 1 2 3 4 5 6; do curl -s -m 3 -D - http://${vip}/ -o /dev/null; done | tr -d '\\r' | sed -n 's/^x-served-by: //Ip' | sort -u`,
      )
      expect(answers.split('\n')).toEqual(serving.filter((host) => host !== 'd1'))
      await cluster.lab.start('d1')
      await cluster.booted('d1')
      expect(await cluster.settled()).toEqual([])
      expect((await cluster.run(['plan'])).status).toBe(0)
    })
  })
}
