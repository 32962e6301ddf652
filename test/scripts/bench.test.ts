import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkingScript, items, makingScript } from '../../bench/speed/floor.ts'
import { goals, isMet } from '../../bench/speed/goals.ts'
import { fleetOf, nodesOf } from '../../bench/speed/hosts.ts'
import { names } from '../../bench/speed/names.ts'
import { readOptions } from '../../bench/speed/options.ts'
import { joined, type Result, type Row } from '../../bench/speed/result.ts'

const plays = resolve(import.meta.dirname, '../../bench/speed/plays')

function row(who: string, hosts: number, wall: number): Row {
  const figures = { controller: 1, targets: 1, packets: 1, connections: 1 }
  return { work: 'rerun', who, hosts, runs: 1, wall, ...figures, at: '2026-01-01' }
}

function result(rows: Row[], node = 'v20'): Result {
  return { machine: { node }, absent: [], rows }
}

describe('options of the bench', () => {
  it('are numbers in bounds', () => {
    expect(readOptions(['--hosts', '1,20', '--only', 'first'])).toMatchObject({
      hosts: [1, 20],
      only: ['first'],
    })
    for (const words of [
      ['--hosts', '0'],
      ['--hosts', '1,x'],
      ['--fleet', '5001'],
      ['--rounds', '-1'],
    ])
      expect(() => readOptions(words), words.join(' ')).toThrow()
    expect(() => readOptions(['--only', 'all'])).toThrow('startup, rerun, first, fleet')
  })
})

describe('what is stored', () => {
  it('keeps what this run did not measure, on the same computer only', () => {
    const last = result([row('a', 1, 1), row('b', 1, 2)])
    const now = result([row('a', 1, 3)])
    expect(joined(last, now).rows.map(({ who, wall }) => [who, wall])).toEqual([
      ['b', 2],
      ['a', 3],
    ])
    expect(joined(last, result([row('a', 1, 3)], 'v22')).rows).toHaveLength(1)
  })
})

describe('goals', () => {
  it('are met by ratios of the same run', () => {
    const rows = [row(names.floor, 4, 1), row(names.understudy, 4, 0.9), row(names.ansible, 4, 27)]
    const met = goals.flatMap((goal) => {
      const figure = goal.reached(result(rows))
      return figure === undefined ? [] : [[goal.what, isMet(goal, figure)]]
    })
    expect(met).toEqual([
      ['re-run, 4 hosts: wall ÷ plain ssh', true],
      ['re-run, 4 hosts: wall of Ansible ÷ ours', false],
    ])
  })
})

describe('machines of the bench', () => {
  it('have an address each, however many they are', () => {
    for (const nodes of [nodesOf(500), fleetOf(5000)])
      expect(new Set(nodes.map(({ address }) => address)).size).toBe(nodes.length)
  })

  it('are looked at for as many items as the play has, with the content that is made', () => {
    const [node] = nodesOf(1)
    if (!node) throw new Error('there is one')
    const looks = checkingScript(node, plays)
    const once = looks.match(/&& ok$|^has '|\) ok ;; esac$/gm) ?? []
    const settings = /'net[^)]*\) ok/.exec(looks)?.[0].split(' | ') ?? []
    expect(once.length + settings.length).toBe(items)
    expect(makingScript(node, plays)).toContain('listen 127.10.0.1:8081;')
    expect(makingScript(node, plays)).not.toContain('{{')
  })
})
