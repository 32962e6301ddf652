import { JinjaError } from '../failure.ts'
import { textGiven } from '../given.ts'
import { dict, isSequence, tuple } from '../values.ts'
import type { Filter, Filters } from './filter.ts'

/** A filter of a path. */
function ofPath(parameters: string, call: (path: string, given: readonly unknown[]) => unknown): Filter {
  return { parameters, call: (value, given) => call(textGiven(value, 'a path'), given) }
}

/** Filters of paths and addresses of the web. */
export const paths: Filters = {
  basename: ofPath('', (path) => path.slice(path.lastIndexOf('/') + 1)),
  dirname: ofPath('', (path) => {
    const head = path.slice(0, path.lastIndexOf('/') + 1)
    return /^\/*$/.test(head) ? head : head.replace(/\/+$/, '')
  }),
  splitext: ofPath('', (path) => {
    const name = path.slice(path.lastIndexOf('/') + 1)
    const dot = name.lastIndexOf('.')
    const isEnding = dot > 0 && !/^\.+$/.test(name.slice(0, dot))
    return isEnding ? tuple(path.slice(0, path.length - name.length + dot), name.slice(dot)) : tuple(path, '')
  }),
  realpath: {
    parameters: '',
    call: (value, _, { outside }) => outside.path('real', textGiven(value, 'realpath')),
  },
  expanduser: {
    parameters: '',
    call: (value, _, { outside }) => outside.path('home', textGiven(value, 'expanduser')),
  },
  expandvars: {
    parameters: '',
    call: (value, _, { outside }) => outside.path('variables', textGiven(value, 'expandvars')),
  },
  relpath: {
    parameters: 'start',
    call: (value, [start = '.'], { outside }) =>
      relative(outside.path('real', String(start)), outside.path('real', textGiven(value, 'relpath'))),
  },
  path_join: {
    parameters: '',
    call: (value) => {
      const parts = isSequence(value)
        ? value.map((one) => textGiven(one, 'path_join'))
        : [textGiven(value, 'path_join')]
      return parts.reduce(
        (path, part) =>
          part.startsWith('/') || path === '' ? part : path.endsWith('/') ? path + part : `${path}/${part}`,
        '',
      )
    },
  },
  commonpath: {
    parameters: '',
    call: (value) => {
      const all = isSequence(value)
        ? value.map((one) =>
            textGiven(one, 'commonpath')
              .split('/')
              .filter((part) => part !== '' && part !== '.'),
          )
        : []
      const [first = [], ...others] = all
      const shared = first.findIndex((part, index) => others.some((one) => one[index] !== part))
      const isAbsolute = isSequence(value) && String(value[0]).startsWith('/')
      return (isAbsolute ? '/' : '') + (shared < 0 ? first : first.slice(0, shared)).join('/')
    },
  },
  normpath: ofPath('', normal),
  fileglob: { parameters: '', call: (value, _, { outside }) => outside.files(textGiven(value, 'fileglob')) },
  urlsplit: ofPath('query', (address, [query]) => {
    const found = splitAddress(address)
    if (query === undefined || query === '') return found
    if (!found.has(String(query)))
      throw new JinjaError(`an address has no "${String(query)}"`, {
        next: `known: ${[...found.keys()].join(', ')}`,
      })
    return found.get(String(query))
  }),
}

/** How one absolute path is reached from another. */
function relative(from: string, to: string): string {
  const [start, end] = [from, to].map((path) => path.split('/').filter((part) => part !== ''))
  const [above = [], below = []] = [start, end]
  const differs = above.findIndex((part, index) => part !== below[index])
  const shared = differs < 0 ? above.length : differs
  return [...above.slice(shared).map(() => '..'), ...below.slice(shared)].join('/') || '.'
}

/** A path without `.`, and without `..` where that says something. */
function normal(path: string): string {
  const isAbsolute = path.startsWith('/')
  const kept: string[] = []
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..' && kept.length > 0 && kept.at(-1) !== '..') kept.pop()
    else if (part !== '..' || !isAbsolute) kept.push(part)
  }
  return (isAbsolute ? '/' : '') + kept.join('/') || '.'
}

function splitAddress(address: string) {
  const [, scheme = '', afterScheme = ''] = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?([\s\S]*)$/.exec(address) ?? []
  const [, netloc = '', path = '', query = '', fragment = ''] =
    /^(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#([\s\S]*))?$/.exec(afterScheme) ?? []
  const at = netloc.lastIndexOf('@')
  const [, username, password] = at < 0 ? [] : (/^([^:]*)(?::([\s\S]*))?$/.exec(netloc.slice(0, at)) ?? [])
  const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d*))?$/.exec(netloc.slice(at + 1)) ?? []
  const hostname = (bracketed ?? plain ?? '').toLowerCase()
  return dict([
    ['fragment', fragment],
    ['hostname', hostname === '' ? null : hostname],
    ['netloc', netloc],
    ['password', password ?? null],
    ['path', path],
    ['port', port === undefined || port === '' ? null : Number(port)],
    ['query', query],
    ['scheme', scheme.toLowerCase()],
    ['username', username ?? null],
  ])
}
