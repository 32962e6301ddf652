import { readBlocks } from '../../src/adoption/index.ts'
import { networkOf } from '../../src/proof/network.ts'
import { partitionsOf } from '../../src/proof/partitions.ts'
import { readTold } from '../../src/proof/read.ts'
import { plightsOf, type Situation, situations } from '../../src/proof/situations.ts'
import { Trials } from '../../src/proof/trial.ts'
import type { TestCluster } from '../e2e/cluster.ts'
import { Prompt } from './prompt.ts'

/** What the lab's directors call the link on which their VIPs are. */
const device = 'vec0'

/** Directors that are machines of the lab, reached over a link of which their keepalived knows nothing. */
export class DirectorMachines implements Disposable {
  readonly #cluster
  readonly #directors: readonly string[]
  readonly #prompts = new Map<string, Prompt>()
  readonly #vips: ReadonlySet<string>
  /** Whose end keepalived is to notice; what is only stopped its check starts again. */
  readonly #service: string

  constructor(
    cluster: TestCluster,
    directors: readonly string[],
    { vips, service }: { readonly vips: ReadonlySet<string>; readonly service: string },
  ) {
    this.#cluster = cluster
    this.#directors = directors
    this.#vips = vips
    this.#service = service
    for (const name of directors) this.#open(name)
  }

  /** Makes everything of a situation happen at once. */
  async strike({ plights, partition }: Situation): Promise<void> {
    await Promise.all(
      plights.map(async ({ director, down, mishaps }) => {
        if (mishaps.length === 0 && !partition) return
        if (down) {
          this.#prompts.get(director)?.[Symbol.dispose]()
          this.#prompts.delete(director)
          await this.#cluster.lab.kill(director)
        } else
          await this.#on(director, [
            ...(partition ? deafTo(this.#across(director, partition.apart)) : []),
            ...mishaps.map(({ is }) =>
              is === 'link'
                ? `ip link set ${device} down`
                : `systemctl mask --quiet --runtime --now ${this.#service}`,
            ),
          ])
      }),
    )
  }

  /** Ends all of it, and waits until machines that were down have started everything. */
  async heal({ plights, partition }: Situation): Promise<void> {
    await Promise.all(
      plights.map(async ({ director, down, mishaps }) => {
        if (down) {
          await this.#cluster.lab.start(director)
          await this.#cluster.booted(director)
          this.#open(director)
        } else if (mishaps.length > 0 || partition)
          await this.#on(director, [
            ...(partition ? hearing(this.#across(director, partition.apart)) : []),
            ...mishaps.map(({ is }) =>
              is === 'link'
                ? `ip link set ${device} up`
                : `systemctl unmask --quiet --runtime ${this.#service}; systemctl start ${this.#service}`,
            ),
          ])
      }),
    )
  }

  /** `d1: 10.0.0.100`, of each director: the VIPs that its kernel has now; none of one that is down. */
  async held(directors: readonly string[]): Promise<readonly string[]> {
    return Promise.all(
      directors.map(async (director) => {
        const said = this.#prompts.has(director) ? await this.#on(director, ['ip -o address show']) : ''
        const found = [...said.matchAll(/inet6? ([^ /]+)\//g)].map(([, address = '']) => address)
        return heldBy(
          director,
          found.filter((address) => this.#vips.has(address)),
        )
      }),
    )
  }

  /** What keepalived of each director said since it was started. */
  async logs(): Promise<string> {
    const all = [...this.#prompts.keys()].map(
      async (name) =>
        `${name}\n${await this.#on(name, ['journalctl -b -u keepalived -o short-precise --no-pager | tail -n 25'])}`,
    )
    return (await Promise.all(all)).join('')
  }

  [Symbol.dispose](): void {
    for (const prompt of this.#prompts.values()) prompt[Symbol.dispose]()
  }

  /** Addresses of the directors on the other side. */
  #across(director: string, apart: ReadonlySet<string>): readonly string[] {
    return this.#directors
      .filter((other) => apart.has(other) !== apart.has(director))
      .flatMap((other) => this.#cluster.lab.spec(other).interfaces[0]?.addresses[0] ?? [])
  }

  #open(director: string): void {
    const { sshConfigPath } = this.#cluster.lab
    const own = this.#cluster.lab.spec(director).interfaces.at(-1)?.addresses[0] ?? director
    this.#prompts.set(
      director,
      new Prompt(['ssh', '-T', '-F', sshConfigPath, '-o', 'BatchMode=yes', own, 'sh']),
    )
  }

  /** What commands print on a director; nothing where its power is cut meanwhile. */
  async #on(director: string, commands: readonly string[]): Promise<string> {
    const prompt = this.#prompts.get(director)
    try {
      return (await prompt?.run(commands.join('\n'))) ?? ''
    } catch (error) {
      if (this.#prompts.get(director) === prompt) throw error
      return ''
    }
  }
}

/** What the kernel asks of who sends it packets on the link of the VIPs. */
const asked = `/proc/sys/net/ipv4/conf/${device}/rp_filter`

/**
 * Lets a director hear nothing of these any more: there is no way back to them, and packets whose sender it could not answer are
 * dropped (RFC 3704, 2.2). The lab's kernel has no filter of packets.
 */
function deafTo(addresses: readonly string[]): readonly string[] {
  return [
    `cat ${asked} >/run/asked`,
    `echo 1 >${asked}`,
    ...addresses.map((address) => `ip route add blackhole ${address}`),
  ]
}

function hearing(addresses: readonly string[]): readonly string[] {
  return [...addresses.map((address) => `ip route del blackhole ${address}`), `cat /run/asked >${asked}`]
}

/** Who holds what, such that it can be compared. */
export function heldBy(director: string, vips: readonly string[]): string {
  return `${director}: ${vips.toSorted().join(' ') || '–'}`
}

/** What the proof makes of the keepalived.conf that directors of the lab have. */
export async function modelOf(cluster: TestCluster, directors: readonly string[]) {
  const tolds = await Promise.all(
    directors.map(async (director) => {
      const text = await cluster.on(director, 'cat /etc/keepalived/keepalived.conf')
      const source = cluster.lab.spec(director).interfaces[0]?.addresses[0]
      return readTold({
        director,
        statements: readBlocks({ main: { path: '/conf', text }, includes: new Map(), configId: director })
          .statements,
        addresses: new Map([[device, source === undefined ? {} : { ipv4: source }]]),
      })
    }),
  )
  const speakers = tolds.flatMap(({ speakers }) => speakers)
  const network = networkOf(speakers)
  const plights = tolds.map((told) => plightsOf(told, tolds))
  return {
    speakers,
    trials: new Trials(tolds, network),
    situations: unlike([
      ...situations(tolds, plights, partitionsOf(tolds, network), Number.POSITIVE_INFINITY),
    ]),
  }
}

/**
 * Without those in which the directors that are heard at all hear each other as in another one: whoever is down or has no link is
 * on no side.
 */
function unlike(all: readonly Situation[]): readonly Situation[] {
  const seen = new Set<string>()
  return all.filter(({ plights, partition }) => {
    const heard = plights.filter(({ down, mishaps }) => !down && !mishaps.some(({ is }) => is === 'link'))
    const sideOf = (director: string) => partition?.apart.has(director) === true
    const sides = heard.map(({ director }) => sideOf(director) !== sideOf(heard[0]?.director ?? ''))
    if (partition && !sides.includes(true)) return false
    const key = JSON.stringify([plights.map(({ director, mishaps }) => [director, mishaps]), sides])
    const isNew = !seen.has(key)
    seen.add(key)
    return isNew
  })
}
