import { fields } from './file-options.ts'
import { module } from './module.ts'
import { bool, different, done, int, list, refused, str } from './option.ts'

/** A number with the letter of its unit; `null` where it is none. */
function amountIn(
  text: string | undefined,
  units: Readonly<Record<string, number>>,
): number | undefined | null {
  if (text === undefined) return undefined
  const [, sign = '', digits = '', unit = ''] = /^(-?)(\d+)([a-z]?)$/i.exec(text.trim()) ?? []
  const factor = unit === '' ? 1 : units[unit.toLowerCase()]
  return digits === '' || factor === undefined ? null : Number(`${sign}${digits}`) * factor
}

/** ansible.builtin.find. */
export const findModule = module({
  name: 'find',
  collection: 'ansible.builtin',
  summary: 'Files below some directories.',
  options: {
    age: done(str()),
    patterns: done(list({ aliases: ['pattern'], default: [] })),
    excludes: done(list({ aliases: ['exclude'] })),
    contains: different('an extended regular expression, as grep -E takes it', str()),
    read_whole_file: refused('files are read line by line', bool(false)),
    paths: different('500 files at most', list({ aliases: ['name', 'path'], required: true })),
    file_type: done(str({ choices: ['any', 'directory', 'file', 'link'], default: 'file' })),
    recurse: done(bool(false)),
    size: done(str()),
    age_stamp: done(str({ choices: ['atime', 'ctime', 'mtime'], default: 'mtime' })),
    hidden: done(bool(false)),
    follow: done(bool(false)),
    get_checksum: different('250 files at most', bool(false)),
    use_regex: done(bool(false)),
    depth: done(int()),
  },
  means: (given) => {
    const seconds = amountIn(given.age, { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 })
    const bytes = amountIn(given.size, { b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 })
    if (seconds === null) return { option: 'age', refused: 'must be such as 2d or -30m' }
    if (bytes === null) return { option: 'size', refused: 'must be such as 10m or -4k' }
    return {
      kind: 'asked_files',
      fields: fields({
        paths: given.paths,
        patterns: given.patterns.filter((one) => one !== '*' || given.use_regex),
        excludes: given.excludes,
        regexps: given.use_regex,
        contains: given.contains,
        type: given.file_type,
        recurse: given.recurse,
        depth: given.depth,
        hidden: given.hidden,
        follow: given.follow,
        seconds,
        stamp: given.age_stamp,
        bytes,
        sums: given.get_checksum,
      }),
    }
  },
})
