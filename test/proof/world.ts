import type { Mishap } from '../../src/model/failover.ts'
import { Prompt } from './prompt.ts'

const devices = ['eth0', 'eth1'] as const

/** Directors that are network namespaces of this computer, each with a keepalived of its own. */
export class KeepalivedWorld {
  readonly #shell = new Prompt([
    'unshare',
    ...['--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc', 'sh'],
  ])
  readonly #names: readonly string[]

  private constructor(names: readonly string[]) {
    this.#names = names
  }

  /** Makes directors d1, d2 … with these configurations, on two links; nothing runs on them yet. */
  static async of(configurations: readonly string[]): Promise<KeepalivedWorld> {
    const names = configurations.map((_, index) => `d${index + 1}`)
    const world = new KeepalivedWorld(names)
    await world.#shell.run(`mount -t tmpfs run /run; mkdir /run/netns
for link in 0 1; do
  for side in a b; do ip link add $side$link type bridge; ip link set $side$link up; done
done
${names
  .map(
    (name, index) => `ip netns add ${name}; ip -n ${name} link set lo up
${configurations[index]?.includes('script weight -60 reverse') ? '' : `touch /run/${name}.script`}
for link in 0 1; do
  ip link add ${name}p$link type veth peer name eth$link netns ${name}
  ip link set ${name}p$link master a$link up
  ip -n ${name} addr add 10.$link.0.${11 + index}/24 dev eth$link
  ip -n ${name} link set eth$link up
done
cat >/run/${name}.conf <<'END'
${configurations[index]}
END`,
  )
  .join('\n')}`)
    return world
  }

  /** Starts keepalived on a director. */
  start(name: string): Promise<string> {
    return this.#shell.run(startOf(name))
  }

  /** Makes failures happen, all at once. */
  strike(mishaps: readonly Mishap[], apart: ReadonlySet<string>): Promise<string> {
    return this.#shell.run(mishaps.map((mishap) => this.#happens(mishap, apart)).join('\n'))
  }

  /** Ends all of them. */
  heal(mishaps: readonly Mishap[], apart: ReadonlySet<string>): Promise<string> {
    return this.#shell.run(mishaps.map((mishap) => this.#ends(mishap, apart)).join('\n'))
  }

  /** The addresses of 10.0.0.0/15 from .100 on that each director has now. */
  async held(): Promise<ReadonlyMap<string, readonly string[]>> {
    const said = await this.#shell.run(
      this.#names.map((name) => `echo "director ${name}"; ip -n ${name} -o -4 addr show`).join('\n'),
    )
    const parts = said.split(/^director /m).slice(1)
    return new Map(
      parts.map((part) => [
        part.split('\n')[0] ?? '',
        [...part.matchAll(/inet (10\.[01]\.0\.1\d\d)\//g)].map(([, address]) => address ?? ''),
      ]),
    )
  }

  /** What keepalived of a director said. */
  log(name: string): Promise<string> {
    return this.#shell.run(`cat /run/${name}.log`)
  }

  [Symbol.dispose](): void {
    this.#shell[Symbol.dispose]()
  }

  #happens({ is, what }: Mishap, apart: ReadonlySet<string>): string {
    const words = what.split(' ')
    switch (is) {
      case 'machine':
        return `for pid in pid vrrp bfd; do
  if [ -e /run/${words[0]}.$pid ]; then kill -9 $(cat /run/${words[0]}.$pid); rm /run/${words[0]}.$pid; fi
done
for dev in eth0 eth1; do
  for address in $(ip -n ${words[0]} -o -4 addr show $dev | grep -o '10\\.[01]\\.0\\.1[0-9][0-9]/24'); do
    ip -n ${words[0]} addr del $address dev $dev
  done
done`
      case 'link':
        return `ip link set ${words[2]}p${words[0]?.at(-1)} down`
      case 'service':
        return words[0] === 'script'
          ? this.#script(words[3] ?? '', true)
          : `echo ${this.#failing(words[3] ?? '', true)} >/run/${words[3]}.file`
      case 'partition':
        return linksOf(what)
          .flatMap((link) => [...apart].map((name) => `ip link set ${name}p${link} master b${link}`))
          .join('\n')
    }
  }

  #ends({ is, what }: Mishap, apart: ReadonlySet<string>): string {
    const words = what.split(' ')
    switch (is) {
      case 'machine':
        return startOf(words[0] ?? '')
      case 'link':
        return `ip link set ${words[2]}p${words[0]?.at(-1)} up`
      case 'service':
        return words[0] === 'script'
          ? this.#script(words[3] ?? '', false)
          : `echo ${this.#failing(words[3] ?? '', false)} >/run/${words[3]}.file`
      case 'partition':
        return linksOf(what)
          .flatMap((link) => [...apart].map((name) => `ip link set ${name}p${link} master a${link}`))
          .join('\n')
    }
  }

  /** What a script or file says of a failure depends on whether it is tracked in reverse. */
  #script(name: string, fails: boolean): string {
    const change = (missing: boolean) => (missing ? `rm -f /run/${name}.script` : `touch /run/${name}.script`)
    return `if grep -q 'script .*reverse' /run/${name}.conf; then ${change(!fails)}; else ${change(fails)}; fi`
  }

  #failing(name: string, fails: boolean): string {
    return `$(if grep -q 'file .*reverse' /run/${name}.conf; then echo ${fails ? 0 : 1}; else echo ${fails ? 1 : 0}; fi)`
  }
}

function startOf(name: string): string {
  return `nsenter --net=/run/netns/${name} keepalived -P -n -l -f /run/${name}.conf -p /run/${name}.pid -r /run/${name}.vrrp -c /run/${name}.check -b /run/${name}.bfd >>/run/${name}.log 2>&1 &`
}

/** The links on which directors are parted: all of them where none is named. */
function linksOf(what: string): readonly string[] {
  const named = devices.filter((device) => what.endsWith(`of ${device}`)).map((device) => device.at(-1) ?? '')
  return named.length > 0 ? named : ['0', '1']
}
