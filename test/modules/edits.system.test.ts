import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { needs } from '../needs.ts'
import { thorough } from '../thorough.ts'
import { type Edit, edited, edits } from './edits.ts'

needs('ansible', 'python3')

/** Ansible adds a line below one that lacks its line feed to that very line: that is not copied. */
function joinsLines({ module, text, arguments: told }: Edit): boolean {
  return (
    module === 'lineinfile' && 'insertafter' in told && text !== null && text !== '' && !text.endsWith('\n')
  )
}

it("edits of texts come out as those of Ansible's own modules", () => {
  const cases = fc.sample(edits, thorough ? 5000 : 800).filter((one) => !joinsLines(one))
  const printed = execFileSync('/usr/bin/python3', [join(import.meta.dirname, 'real_modules.py')], {
    input: JSON.stringify(cases),
    encoding: 'utf8',
    maxBuffer: 1e8,
  })
  const real = JSON.parse(printed) as readonly { readonly failed?: true; readonly text?: string | null }[]
  expect(real).toHaveLength(cases.length)
  const others = cases.flatMap((one, index) => {
    const ours = edited(one)
    const isRefused = typeof ours === 'object' && ours !== null
    const theirs = real[index]
    const same = theirs?.failed ? isRefused : ours === theirs?.text
    return same ? [] : [{ ...one, ours, theirs }]
  })
  expect(others).toEqual([])
})
