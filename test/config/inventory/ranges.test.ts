import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expandHosts } from '../../../src/config/inventory/host-names.ts'

const origin = { file: 'hosts', line: 1, col: 1 }
const names = (pattern: string) => expandHosts(pattern, origin).names

describe('a range of hosts', () => {
  it.each([
    ['rs[01:03]', ['rs01', 'rs02', 'rs03']],
    ['rs[8:11].x', ['rs8.x', 'rs9.x', 'rs10.x', 'rs11.x']],
    ['rs[:2]', ['rs0', 'rs1', 'rs2']],
    ['rs[1:7:3]', ['rs1', 'rs4', 'rs7']],
    ['rs[a:c]', ['rsa', 'rsb', 'rsc']],
    ['rs[A:E:2]', ['rsA', 'rsC', 'rsE']],
    ['[a:b]-[1:2]', ['a-1', 'a-2', 'b-1', 'b-2']],
    ['rs[007:009]', ['rs007', 'rs008', 'rs009']],
    ['plain', ['plain']],
    ['2001:db8::1', ['2001:db8::1']],
  ])('%s stands for its hosts', (pattern, hosts) => {
    expect(names(pattern)).toEqual(hosts)
  })

  it.each([
    ['rs[1:2]:2222', ['rs1', 'rs2']],
    ['[2001:db8::1]:2222', ['2001:db8::1']],
    ['rs1:2222', ['rs1']],
  ])('%s has a port', (pattern, hosts) => {
    expect(expandHosts(pattern, origin)).toEqual({ names: hosts, port: 2222 })
  })

  it('holds each number from first to last by the step, padded as its first', () => {
    const numbers = fc.tuple(fc.nat(500), fc.nat(300), fc.integer({ min: 1, max: 40 }), fc.boolean())
    fc.assert(
      fc.property(numbers, ([first, more, step, padded]) => {
        const last = first + more
        const width = padded ? String(last).length + 1 : 0
        const pad = (value: number) => String(value).padStart(width, '0')
        const found = names(`rs[${pad(first)}:${pad(last)}:${step}].x`)
        expect(found).toHaveLength(Math.floor(more / step) + 1)
        for (const [index, name] of found.entries()) expect(name).toBe(`rs${pad(first + index * step)}.x`)
      }),
    )
  })

  it('multiplies with the ranges beside it', () => {
    fc.assert(
      fc.property(fc.nat(9), fc.nat(9), fc.nat(5), (a, b, c) => {
        const found = names(`r[0:${a}]-[0:${b}]-[0:${c}]`)
        expect(new Set(found).size).toBe((a + 1) * (b + 1) * (c + 1))
      }),
    )
  })

  it('never ends in anything but hosts or bad input, whatever is written', () => {
    const bits = fc.constantFrom('[', ']', ':', '1', '09', 'a', 'z', '-', '.', ' ', '99999', '@', '$', '%')
    fc.assert(
      fc.property(fc.array(bits, { maxLength: 12 }), (parts) => {
        try {
          for (const name of names(parts.join(''))) expect(name).toMatch(/^[\w:][\w.:-]*$/)
        } catch (error) {
          expect(error).toHaveProperty('code', 'INVALID_INPUT')
        }
      }),
      { numRuns: 2000 },
    )
  })
})
