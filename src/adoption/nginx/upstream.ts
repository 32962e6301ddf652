import { endpointIn, type No, type ProxiedServer, secondsOf } from '../proxy.ts'
import type { Directive } from './blocks.ts'

/** Reads the realservers of an `upstream`, and how they take turns. */
export function readUpstream({ block = [], at }: Directive):
  | No
  | {
      readonly scheduler: string
      readonly real: readonly ProxiedServer[]
      readonly remarks: readonly string[]
    } {
  const methods: Readonly<Record<string, string>> = { least_conn: 'lc', ip_hash: 'sh' }
  const method = block.find(({ name }) => name in methods)
  const real: ProxiedServer[] = []
  for (const one of block) {
    // Ours keeps connections, too.
    if (one === method || ['zone', 'keepalive', 'keepalive_timeout', 'keepalive_requests'].includes(one.name))
      continue
    if (one.name !== 'server') return { no: `${one.raw} of an upstream has no word`, at: one.at }
    const [where = '', ...flags] = one.values
    const endpoint = endpointIn(where.includes(':') ? where : `${where}:80`)
    if (!endpoint) return { no: `${where} of an upstream is no address`, at: one.at }
    const said = new Map(flags.map((flag) => [flag.split('=')[0] ?? '', flag.split('=')[1] ?? '']))
    const unknown = [...said.keys()].find(
      (flag) => !['weight', 'max_fails', 'fail_timeout', 'backup', 'down'].includes(flag),
    )
    if (unknown !== undefined) return { no: `${unknown} of a server in an upstream has no word`, at: one.at }
    real.push({
      ...endpoint,
      weight: said.has('down') ? 0 : Number(said.get('weight') ?? 1),
      backup: said.has('backup'),
      ...(said.has('max_fails') ? { maxFails: Number(said.get('max_fails')) } : {}),
      ...(said.has('fail_timeout')
        ? { failTimeout: secondsOf(said.get('fail_timeout') ?? '', 's') ?? 10 }
        : {}),
    })
  }
  if (real.length === 0) return { no: 'an upstream without a server has no word', at }
  const weighted = new Set(real.map(({ weight }) => weight)).size > 1
  const scheduler = method ? (methods[method.name] ?? 'rr') : 'rr'
  return {
    scheduler: weighted && scheduler !== 'sh' ? `w${scheduler}` : scheduler,
    real,
    remarks:
      scheduler === 'sh'
        ? ['ip_hash becomes a consistent hash of the whole address: clients may change their realserver once']
        : [],
  }
}
