import { existsSync, lstatSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

/** What is true of a path of this computer. */
export function isPath(kind: string, path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false })
  if (kind === 'file') return found?.isFile() === true
  if (kind === 'directory') return found?.isDirectory() === true
  if (kind === 'exists') return found !== undefined
  const itself = lstatSync(path, { throwIfNoEntry: false })
  if (kind === 'link') return itself?.isSymbolicLink() === true
  if (kind === 'link_exists') return itself !== undefined
  const above = statSync(dirname(resolve(path)), { throwIfNoEntry: false })
  return found?.isDirectory() === true && (resolve(path) === '/' || above?.dev !== found.dev)
}

/** A path without links, with a home directory for `~`, or with variables of the environment in it. */
export function pathAs(how: 'real' | 'home' | 'variables', path: string): string {
  if (how === 'home') return path.replace(/^~(?=\/|$)/, homedir())
  if (how === 'variables')
    return path.replaceAll(
      /\$(?:(\w+)|\{([^}]*)\})/g,
      (whole, plain?: string, braced?: string) => process.env[plain ?? braced ?? ''] ?? whole,
    )
  let at = resolve(path)
  const rest: string[] = []
  // What does not exist is taken by its name, beneath what does.
  while (!existsSync(at) && at !== '/') {
    rest.unshift(at.slice(at.lastIndexOf('/') + 1))
    at = dirname(at)
  }
  return join(realpathSync(at), ...rest)
}

/** Files that match a pattern of the shell, in the order of their names; `*` is no dot at the beginning. */
export function filesMatching(pattern: string): readonly string[] {
  const parts = pattern.split('/').filter((part) => part !== '')
  const within = (base: string, name: string) =>
    base === '' || base === '/' ? base + name : `${base}/${name}`
  const walk = (base: string, index: number): readonly string[] => {
    const part = parts[index]
    if (part === undefined) return []
    const regex = /[*?[]/.test(part) ? shellPattern(part) : undefined
    const isShown = (name: string) => part.startsWith('.') || !name.startsWith('.')
    const names = regex ? namesIn(base || '.').filter((name) => regex.test(name) && isShown(name)) : [part]
    const paths = names.map((name) => within(base, name))
    if (index < parts.length - 1) return paths.flatMap((path) => walk(path, index + 1))
    return paths.filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true)
  }
  return walk(pattern.startsWith('/') ? '/' : '', 0)
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory).toSorted()
  } catch {
    return []
  }
}

function shellPattern(part: string): RegExp {
  const body = part.replaceAll(/\[!?[^\]]+\]|[\s\S]/g, (sign) => {
    if (sign === '*') return '[^/]*'
    if (sign === '?') return '[^/]'
    if (sign.length > 1) return sign.replace('[!', '[^').replaceAll('\\', '\\\\')
    return sign.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&')
  })
  return new RegExp(`^${body}$`)
}
