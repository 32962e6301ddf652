/** What options of rsync say about which files are meant. */
export interface RsyncFilter {
  /** Is a path below the directory left out, and protected from being removed? */
  isExcluded(path: string, isDirectory: boolean): boolean
  /** The first option that means something else. */
  readonly unknown?: string
}

interface Rule {
  readonly excludes: boolean
  readonly pattern: RegExp
  readonly ofDirectories: boolean
}

/** They say how files travel, or what is said while they do, and change nothing of what arrives. */
const harmless =
  /^(-[vhqzPW]+|--(verbose|quiet|human-readable|progress|stats|info=.*|out-format=.*|itemize-changes|no-motd|compress|compress-level=.*|partial|whole-file|inplace|delay-updates|bwlimit=.*|timeout=.*|omit-dir-times|no-times|no-owner|no-group|no-o|no-g|no-t|delete-(?:after|before|during|delay)))$/

/** Reads `--exclude` and `--include`; of several that match a path the first one counts. */
export function rsyncFilter(options: readonly string[]): RsyncFilter {
  const rules: Rule[] = []
  let unknown: string | undefined
  for (let at = 0; at < options.length; at += 1) {
    const option = unquoted(options[at] ?? '')
    const [, word, value] = /^--(exclude|include)(?:[= ](.*))?$/s.exec(option) ?? []
    if (word === undefined) {
      if (!harmless.test(option)) unknown ??= option
      continue
    }
    if (value === undefined) at += 1
    const rule = ruleOf(unquoted(value ?? options[at] ?? ''), word === 'exclude')
    if (rule) rules.push(rule)
    else unknown ??= option
  }
  const matched = (path: string, isDirectory: boolean) =>
    rules.find((rule) => (isDirectory || !rule.ofDirectories) && rule.pattern.test(`/${path}`))
  return {
    // What is in a directory that is left out is never looked at.
    isExcluded: (path, isDirectory) =>
      partsOf(path).some((part) => matched(part, part !== path || isDirectory)?.excludes === true),
    ...(unknown === undefined ? {} : { unknown }),
  }
}

/** `a`, `a/b` and `a/b/c` for `a/b/c`. */
function partsOf(path: string): readonly string[] {
  const words = path.split('/')
  return words.map((_, index) => words.slice(0, index + 1).join('/'))
}

/** Whoever wrote for a shell put it in quotes. */
function unquoted(text: string): string {
  return text.replace(/(^|=)(["'])(.*)\2$/s, '$1$3')
}

/** A pattern without a slash is that of a name; one that begins with a slash begins at the directory. */
function ruleOf(written: string, excludes: boolean): Rule | undefined {
  if (written === '' || written === '!' || /^[-+] /.test(written)) return undefined
  const ofDirectories = written.endsWith('/')
  const pattern = ofDirectories ? written.slice(0, -1) : written
  const expression = pattern.replaceAll(/\/\*\*\*$|\*\*|\*|\?|\[[^\]/]+\]|\\.|[^*?[\\]|[[\\]/gs, (piece) => {
    if (piece === '/***') return '(?:/.*)?'
    if (piece === '**') return '.*'
    if (piece === '*') return '[^/]*'
    if (piece === '?') return '[^/]'
    if (piece.startsWith('[') && piece.length > 1)
      return `[${piece.slice(1, -1).replace(/^!/, '^').replaceAll('\\', '\\\\')}]`
    const plain = piece.startsWith('\\') && piece.length > 1 ? piece.slice(1) : piece
    return plain.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&')
  })
  const before = pattern.startsWith('/') ? '^' : '/'
  return { excludes, ofDirectories, pattern: new RegExp(`${before}${expression}$`, 's') }
}
