/** Packets that get a mark, by which the kernel knows several ports as one service. */
export interface PacketMark {
  readonly mark: number
  readonly address: string
  readonly protocol: 'tcp' | 'udp'
  /** Ports, and ranges such as `8000-8010`. */
  readonly ports: readonly string[]
}

/** A mark as nft(8) is told of it. */
export function markRule(family: 'ip' | 'ip6', { mark, address, protocol, ports }: PacketMark): string {
  return `${family} daddr ${address} ${protocol} dport { ${ports.join(', ')} } meta mark set ${mark}`
}

/** The marks that a file of such rules has, or a program that gives them by other means (`mark HANDLE FAMILY ADDRESS PROTOCOL PORT MARK`). */
export function marksIn(text: string): readonly PacketMark[] {
  const inTables = [
    ...text.matchAll(/^\s*ip6? daddr (\S+) (tcp|udp) dport \{ ([^}]*) \} meta mark set (\d+)$/gm),
  ].map(([, address = '', protocol, ports = '', mark]) => markOf(address, protocol, ports.split(', '), mark))
  const byPort = [...text.matchAll(/^ {2}mark \d+ ipv?6? (\S+) (tcp|udp) (\S+) (\d+)$/gm)].map(
    ([, address = '', protocol, port = '', mark]) => markOf(address, protocol, [port], mark),
  )
  const together = new Map<string, PacketMark>()
  for (const one of byPort) {
    const key = `${one.mark} ${one.address} ${one.protocol}`
    together.set(key, { ...one, ports: [...(together.get(key)?.ports ?? []), ...one.ports] })
  }
  return [...inTables, ...together.values()]
}

function markOf(
  address: string,
  protocol: string | undefined,
  ports: readonly string[],
  mark: string | undefined,
): PacketMark {
  return { mark: Number(mark), address, protocol: protocol === 'udp' ? 'udp' : 'tcp', ports }
}
