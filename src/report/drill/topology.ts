import type { DrillReport } from '../../model/drill.ts'
import { type Markup, markup } from './markup.ts'

/** The cluster as a drawing: clients above, the VIPs, directors, those between, realservers. */
export function topology({ vips, machines }: DrillReport): Markup {
  const of = (wanted: string) => machines.filter(({ role }) => role === wanted)
  const rows = [
    of('client').map(({ host, address }) => ({ name: host, address, kind: 'client' })),
    vips.map((vip) => ({ name: 'VIP', address: vip, kind: 'vip' })),
    of('director').map(({ host, address }) => ({ name: host, address, kind: 'director' })),
    of('proxy').map(({ host, address }) => ({ name: host, address, kind: 'realserver' })),
    of('realserver').map(({ host, address }) => ({ name: host, address, kind: 'realserver' })),
  ].filter((row) => row.length > 0)
  const width = Math.max(...rows.map((row) => row.length), 2) * 160
  const center = (row: number, index: number) => {
    const count = rows[row]?.length ?? 1
    return { x: (width / count) * (index + 0.5), y: row * 86 + 30 }
  }
  const lines = rows.slice(1).flatMap((row, above) =>
    row.flatMap((_, index) =>
      (rows[above] ?? []).map((_, upper) => {
        const from = center(above, upper)
        const to = center(above + 1, index)
        return markup`<line class="grid" x1="${from.x}" y1="${from.y + 24}" x2="${to.x}" y2="${to.y - 24}"/>`
      }),
    ),
  )
  const boxes = rows.flatMap((row, level) =>
    row.map(({ name, address, kind }, index) => {
      const { x, y } = center(level, index)
      return markup`<g class="machine ${kind}"><rect x="${x - 66}" y="${y - 24}" width="132" height="48" rx="8"/>
<text x="${x}" y="${y - 4}">${name}</text><text class="address" x="${x}" y="${y + 14}">${address}</text></g>`
    }),
  )
  return markup`<svg class="topology" viewBox="0 0 ${width} ${rows.length * 86 - 24}" role="img" aria-label="The cluster">
${{ markup: lines }}${{ markup: boxes }}</svg>`
}
