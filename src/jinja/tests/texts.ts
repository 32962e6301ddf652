import { firstMatch } from '../filters/regexes.ts'
import { textGiven } from '../given.ts'
import { networkOf } from '../network.ts'
import { regexOf } from '../regex.ts'
import type { Runtime } from '../runtime.ts'
import { str } from '../text.ts'
import { present, truth } from '../values.ts'
import { compareVersions } from '../version.ts'
import type { Test, Tests } from './test.ts'

function matched(
  value: unknown,
  pattern: unknown,
  ignoreCase: unknown,
  multiline: unknown,
  kind: string,
  run: Runtime,
): boolean {
  const flags = { ignoreCase: truth(ignoreCase ?? false), multiline: truth(multiline ?? false) }
  const text = str(present(value), run.work)
  const regex = regexOf(textGiven(pattern ?? '', kind), flags)
  const match = firstMatch(
    text,
    kind === 'search'
      ? regex
      : new RegExp(
          `(?<![\\s\\S])(?:${regex.source})${kind === 'fullmatch' ? '(?![\\s\\S])' : ''}`,
          regex.flags,
        ),
    run,
  )
  return match !== undefined
}

const pattern = (kind: string): Test => ({
  parameters: 'pattern ignorecase multiline',
  holds: (value, [wanted, ignoreCase, multiline], run) =>
    matched(value, wanted, ignoreCase, multiline, kind, run),
})

const version: Test = {
  parameters: 'version! operator strict version_type',
  holds: (value, [other, operator = 'eq', strict, type], { work }) =>
    compareVersions(
      str(present(value), work),
      str(present(other), work),
      String(operator),
      type === undefined || type === null
        ? strict !== undefined && strict !== null && truth(strict)
          ? 'strict'
          : 'loose'
        : String(type),
    ),
}

const path = (kind: string): Test => ({
  parameters: '',
  holds: (value, _, { outside }) => outside.isPath(kind, textGiven(value, 'a path')),
})
const absolute: Test = { parameters: '', holds: (value) => textGiven(value, 'a path').startsWith('/') }
const samePath: Test = {
  parameters: 'other',
  holds: (value, [other], { outside }) =>
    outside.path('real', textGiven(value, 'a path')) === outside.path('real', textGiven(other, 'a path')),
}
const address = (version: 4 | 6 | undefined): Test => ({
  parameters: '',
  holds: (value) => {
    const found = typeof value === 'string' && !value.includes('/') ? networkOf(value) : undefined
    return found !== undefined && (version === undefined || found.version === version)
  },
})
const web = (schemes: string): Test => ({
  parameters: 'schemes',
  holds: (value, [wanted]) => {
    const [, scheme = '', rest = ''] = /^([A-Za-z][A-Za-z0-9+.-]*):(.*)$/s.exec(String(value)) ?? []
    const allowed = Array.isArray(wanted) ? wanted : undefined
    if (scheme === '' || (allowed && !allowed.includes(scheme))) return false
    if (schemes === 'urn') return scheme.toLowerCase() === 'urn' && rest.includes(':')
    return schemes === 'uri' || /^\/\/[^/]/.test(rest)
  },
})

/** Tests of texts: patterns, versions, paths of this computer, addresses. */
export const textTests: Tests = {
  match: pattern('match'),
  search: pattern('search'),
  fullmatch: pattern('fullmatch'),
  regex: {
    parameters: 'pattern ignorecase multiline match_type',
    holds: (value, [wanted, ignoreCase, multiline, kind = 'search'], run) =>
      matched(value, wanted, ignoreCase, multiline, String(kind), run),
  },
  version,
  version_compare: version,
  file: path('file'),
  is_file: path('file'),
  directory: path('directory'),
  is_dir: path('directory'),
  exists: path('exists'),
  link: path('link'),
  is_link: path('link'),
  link_exists: path('link_exists'),
  mount: path('mount'),
  is_mount: path('mount'),
  abs: absolute,
  is_abs: absolute,
  same_file: samePath,
  is_same_file: samePath,
  vault_encrypted: { parameters: '', holds: (value) => String(value).startsWith('$ANSIBLE_VAULT;') },
  uri: web('uri'),
  url: web('url'),
  urn: web('urn'),
  ip: address(undefined),
  ip_address: address(undefined),
  ipv4: address(4),
  ipv4_address: address(4),
  ipv6: address(6),
  ipv6_address: address(6),
}
