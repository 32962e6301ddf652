import { hostsOf, names } from './names.ts'
import { type Result, rowOf, type Work } from './result.ts'

const width = 720
const left = 250
const right = 60
const bar = 16
const between = 6
/** From a twentieth to a hundred times the floor, on a scale where each step multiplies. */
const [least, most] = [0.1, 100]

const kinds: readonly (readonly [Work, string])[] = [
  ['rerun', 're-run'],
  ['first', 'first apply'],
]

/** Bars for the wall time of each, as multiples of plain ssh, on a logarithmic scale. */
export function chart(result: Result): string {
  const hosts = [...new Set(result.rows.map((row) => row.hosts))].filter((count) => count > 0)
  const groups = kinds.flatMap(([work, words]) =>
    hosts.flatMap((count) => {
      const floor = rowOf(result, work, names.floor, count)
      const others = result.rows.filter(
        (row) => row.work === work && row.hosts === count && row.who !== names.floor,
      )
      if (!floor || others.length === 0) return []
      return [{ title: `${words}, ${hostsOf(count)}`, floor: floor.wall, others }]
    }),
  )
  let y = 34
  const parts = groups.flatMap(({ title, floor, others }) => {
    y += 12
    const label = `<text x="10" y="${y + 12}" font-weight="bold">${title}</text>`
    y += bar + between
    const bars = others.flatMap(({ who, wall }) => {
      const times = wall / floor
      const [from, to] = [at(1), at(times)].toSorted((a, b) => a - b)
      const colour = who === names.understudy ? '#2b7a3d' : '#8a8f98'
      const drawn = [
        `<text x="${left - 8}" y="${y + 12}" text-anchor="end">${who}</text>`,
        `<rect x="${from}" y="${y}" width="${Math.max(1, round((to ?? 0) - (from ?? 0)))}" height="${bar}" fill="${colour}"/>`,
        `<text x="${round(Math.max(at(times), at(1)) + 4)}" y="${y + 12}">${times.toFixed(times < 10 ? 2 : 0)}</text>`,
      ]
      y += bar + between
      return drawn
    })
    return [label, ...bars]
  })
  const height = y + 16
  const lines = [0.1, 1, 10, 100].map(
    (times) =>
      `<line x1="${at(times)}" x2="${at(times)}" y1="34" y2="${y}" stroke="${times === 1 ? '#333' : '#ddd'}"/><text x="${at(times)}" y="28" text-anchor="middle">${times}</text>`,
  )
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    '<text x="10" y="14">wall time as multiples of plain ssh in parallel; shorter is better</text>',
    ...lines,
    ...parts,
    '</svg>',
    '',
  ].join('\n')
}

function at(times: number): number {
  const share = Math.log(Math.min(most, Math.max(least, times)) / least) / Math.log(most / least)
  return round(left + share * (width - left - right))
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
