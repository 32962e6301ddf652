import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { packageKind } from '../../src/resources/package.ts'
import { needs } from '../needs.ts'

needs('dash')

const offered = 'echo "$2 | 2:1.1-1 | x"; echo "$2 | 1:1.0-3 | x"; echo "$2 | 1.0-2 | x"'

/** What apt-get would be told, or what is said instead. */
function told(versions: Readonly<Record<string, string>>): string {
  const name = [...Object.keys(versions), 'plain']
  const wanted = packageKind.schema.parse({ name, versions, recommends: false })
  const nothing = Object.fromEntries(
    name.map((one) => [`installed ${one}`, { manager: 'apt', broken: false }]),
  )
  const change = packageKind.converge(wanted, nothing as never, { touches: () => false })
  const [install] = /us_install\(\) \{[\s\S]*?\n\}/.exec(String(change?.script)) ?? []
  const own = String(install).replaceAll('apt-cache ', 'apt_cache ')
  const program = `apt_cache() { ${offered}; }\nus_get() { printf '%s ' "$@"; }\n${own}\nus_install 2>&1 || echo failed`
  return execFileSync('dash', ['-c', program], { encoding: 'utf8' })
}

it('all versions are chosen of what is on offer, and installed in one go', () => {
  expect(told({ a: '1.0', b: '1.1-1', c: '1.*' })).toBe(
    '-o APT::Install-Recommends=false install --allow-downgrades -- a=1:1.0-3 b=2:1.1-1 c=2:1.1-1 plain ',
  )
})

it('where one is not to be had, nothing is installed, and what there is is said', () => {
  expect(told({ a: '1.0', b: '9' })).toBe(
    'no version 9 of b is on offer; there is: 2:1.1-1 1:1.0-3 1.0-2\nfailed\n',
  )
})
