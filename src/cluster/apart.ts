/** Where a service is served alone, as its port means something else behind other VIPs. */
export interface Apart {
  /** Sets it apart in names of files and of sections: the first of its addresses, without colons. */
  readonly key: string
  /** The virtual addresses on which it is served. */
  readonly addresses: readonly string[]
  /** A loopback address on which every director serves it, whoever holds the VIP. */
  readonly own: string
}

/** A loopback address where everything is served that is not apart. */
export const ownLoopback = '127.0.0.1'

/** A port as it is told from the same one behind other VIPs, in names of files. */
export function portName({ port, apart }: { readonly port: number; readonly apart?: Apart }): string {
  return apart ? `${port}-${apart.key}` : `${port}`
}
