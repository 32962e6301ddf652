import type { Wire, WirePacket } from '../model/drill.ts'
import type { Account } from './timeline.ts'
import type { Noted } from './watch.ts'

type Packet = Omit<WirePacket, 'seenBy'>

/** Reads a line of `tcpdump -n -e`; the sender is an address, or a MAC where the packet announces another one. */
export function readPacket({ at, text }: Noted): Packet | undefined {
  const [, mac = ''] = /^([0-9a-f:]{17}) >/.exec(text) ?? []
  const advert = /(\S+) > \S+ (?:AH\(.*?\):? )?VRRPv\d, Advertisement, .*?vrid (\d+), prio (\d+)/.exec(text)
  if (advert) {
    const [, from = '', about = '', priority] = advert
    return { at, kind: 'advert', from, about, priority: Number(priority) }
  }
  const [, about] =
    /Request who-has (\S+).* tell \1,/.exec(text) ??
    /Reply (\S+) is-at/.exec(text) ??
    /neighbor advertisement, tgt is ([^ ,]+)/.exec(text) ??
    []
  return about === undefined ? undefined : { at, kind: 'announcement', from: mac, about }
}

/** Milliseconds by which one packet may seem older on one machine than on another, beyond the doubt about their clocks. */
const blur = 20

/**
 * What all machines saw, on our clock: a packet seen by several is one. `names` gives directors for addresses and
 * MACs; addresses that are no VIP are announced by others, and left out.
 */
export function wireOf(
  accounts: readonly Account[],
  names: ReadonlyMap<string, string>,
  vips: readonly string[],
): Wire {
  const seen = accounts
    .flatMap(({ host, skew, doubt, watched }) =>
      (watched.packets ?? []).flatMap((noted) => {
        const packet = readPacket(noted)
        return packet ? [{ ...packet, at: packet.at - skew, host, doubt }] : []
      }),
    )
    .filter(({ kind, about }) => kind === 'advert' || vips.includes(about))
    .toSorted((a, b) => a.at - b.at)
  const recent = new Map<string, (Packet & { doubt: number; seenBy: string[] })[]>()
  const packets: WirePacket[] = []
  for (const { host, doubt, ...packet } of seen) {
    const from = names.get(packet.from) ?? packet.from
    const key = [packet.kind, from, packet.about, packet.priority].join(' ')
    const like = (recent.get(key) ?? []).filter((one) => packet.at - one.at <= blur + doubt + one.doubt)
    const same = like.find(({ seenBy }) => !seenBy.includes(host))
    if (same) same.seenBy.push(host)
    else {
      const seenBy = [host]
      packets.push({ ...packet, from, seenBy })
      like.push({ ...packet, doubt, seenBy })
    }
    recent.set(key, like)
  }
  const has = (there: boolean) =>
    accounts.filter(({ watched }) => (watched.packets !== undefined) === there).map(({ host }) => host)
  return { watched: has(true), without: has(false), packets }
}
