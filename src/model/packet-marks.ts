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

/** The marks that a file of such rules has. */
export function marksIn(text: string): readonly PacketMark[] {
  return [...text.matchAll(/^\s*ip6? daddr (\S+) (tcp|udp) dport \{ ([^}]*) \} meta mark set (\d+)$/gm)].map(
    ([, address = '', protocol, ports = '', mark]) => ({
      mark: Number(mark),
      address,
      protocol: protocol === 'udp' ? 'udp' : 'tcp',
      ports: ports.split(', '),
    }),
  )
}
