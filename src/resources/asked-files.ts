import { z } from 'zod'
import { pythonRegExp } from '../model/python-regexp.ts'
import type { Registered, ResourceKind } from '../model/resource.ts'
import type { Query } from '../model/sensor.ts'
import { decode, encoder } from '../sensors/encoded.ts'
import { embed, sh } from '../shell/quote.ts'
import { absolutePath } from './fields.ts'
import { type Answer, probed } from './probed.ts'
import { pythonPattern } from './python-pattern.ts'

type ProbedKind<Desired> = ResourceKind<Desired, { answer: Query<Answer> }>

const told: Registered = { changed: false, failed: false, skipped: false, rc: 0, stdout: '', stderr: '' }

const sums = z.enum(['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'])

const statFields = z.strictObject({
  path: absolutePath.describe('What is looked at.'),
  follow: z.boolean().default(false).describe('What a link points to is looked at.'),
  sum: sums.optional().describe('How its sum is reckoned; absent: it is not.'),
})

/** What stands at a path, for `register`. */
export const askedStat: ProbedKind<z.infer<typeof statFields>> = probed({
  name: 'stat',
  summary: 'What stands at a path, for `register`.',
  schema: statFields,
  subject: ({ path }) => path,
  about: ({ path }) => [`file:${path}`],
  ask: ({
    path,
    follow,
    sum,
  }) => sh`if ${embed(follow ? sh`[ -e ${path} ]` : sh`[ -e ${path} ] || [ -h ${path} ]`)}; then
  stat ${follow ? ['-L'] : []} -c '%f %s %u %g %U %G %X %Y %Z %d %i %h' -- ${path}
  readlink -- ${path} 2>/dev/null || echo
  readlink -f -- ${path} 2>/dev/null || echo
  for us_t in r w x; do if [ -$us_t ${path} ]; then printf 1; else printf 0; fi; done; echo
  ${embed(sum === undefined ? sh`:` : sh`if [ -f ${path} ] && [ -r ${path} ]; then ${`${sum}sum`} <${path}; fi`)}
fi`,
  change: () => undefined,
  result: ({ stdout }, { path }) => {
    const found = statIn(stdout)
    return { ...told, found: { stat: found.exists ? { ...found, path } : found } }
  },
})

const typeBits: Readonly<Record<number, string>> = {
  4: 'isdir',
  8: 'isreg',
  10: 'islnk',
  6: 'isblk',
  2: 'ischr',
  1: 'isfifo',
  12: 'issock',
}

function statIn(stdout: string): Readonly<Record<string, unknown>> {
  const [numbers = '', target = '', whole = '', rights = '', sum = ''] = stdout.split('\n')
  if (numbers === '') return { exists: false }
  const [raw = '', size, uid, gid, user, group, atime, mtime, ctime, dev, inode, nlink] = numbers.split(' ')
  const bits = Number.parseInt(raw, 16)
  const right = (bit: number) => (bits & bit) !== 0
  return {
    exists: true,
    ...Object.fromEntries(Object.entries(typeBits).map(([bit, name]) => [name, bits >> 12 === Number(bit)])),
    mode: (bits & 0o7777).toString(8).padStart(4, '0'),
    size: Number(size),
    uid: Number(uid),
    gid: Number(gid),
    pw_name: user,
    gr_name: group,
    atime: Number(atime),
    mtime: Number(mtime),
    ctime: Number(ctime),
    dev: Number(dev),
    inode: Number(inode),
    nlink: Number(nlink),
    ...(target === '' ? {} : { lnk_target: target, lnk_source: whole }),
    rusr: right(0o400),
    wusr: right(0o200),
    xusr: right(0o100),
    rgrp: right(0o040),
    wgrp: right(0o020),
    xgrp: right(0o010),
    roth: right(0o004),
    woth: right(0o002),
    xoth: right(0o001),
    isuid: right(0o4000),
    isgid: right(0o2000),
    readable: rights[0] === '1',
    writeable: rights[1] === '1',
    executable: rights[2] === '1',
    ...(sum === '' ? {} : { checksum: sum.split(' ')[0] }),
  }
}

const slurpFields = z.strictObject({ path: absolutePath.describe('The file.') })

/** What a file holds, in base64, for `register`. */
export const askedContent: ProbedKind<z.infer<typeof slurpFields>> = probed({
  name: 'slurp',
  summary: 'What a file holds, in base64, for `register`.',
  schema: slurpFields,
  subject: ({ path }) => path,
  about: ({ path }) => [`file:${path}`],
  // Answers hold 64 KiB.
  ask: ({ path }) => sh`${embed(encoder)}
if [ -f ${path} ] && [ "$(stat -L -c %s -- ${path})" -gt 45000 ]; then echo large
elif [ -r ${path} ] && [ -f ${path} ]; then echo "$us_how"; us_encode <${path}
else echo absent; fi`,
  change: ({ path }, { stdout }) => {
    if (stdout.startsWith('absent')) return `there is no ${path} that can be read`
    return stdout.startsWith('large')
      ? `${path} has over 45000 bytes: too many to be kept as a result`
      : undefined
  },
  result: ({ stdout }, { path }) => {
    const [how = '', ...lines] = stdout.split('\n')
    const bytes =
      how === 'absent' || how === 'large' ? new Uint8Array() : decode(how, `\n${lines.join('\n')}`)
    return { ...told, found: { content: base64(bytes), encoding: 'base64', source: path } }
  },
})

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

function base64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(at, at + 3)
    const left = bytes.length - at
    text += `${digits[a >> 2]}${digits[((a & 3) << 4) | (b >> 4)]}${left > 1 ? digits[((b & 15) << 2) | (c >> 6)] : '='}${left > 2 ? digits[c & 63] : '='}`
  }
  return text
}

const findFields = z.strictObject({
  paths: z.array(absolutePath).min(1).describe('Where is looked.'),
  patterns: z.array(z.string()).default([]).describe('Names, with * and ?, or regular expressions.'),
  excludes: z.array(z.string()).default([]).describe('Names that do not count.'),
  regexps: z.boolean().default(false).describe('Names are regular expressions.'),
  contains: pythonPattern.optional().describe('A line of the file matches it.'),
  type: z.enum(['any', 'directory', 'file', 'link']).default('file').describe('What is looked for.'),
  recurse: z.boolean().default(false).describe('In directories of these, too.'),
  depth: z.number().int().min(1).optional().describe('So many directories deep at most.'),
  hidden: z.boolean().default(false).describe('Names with a dot before them, too.'),
  follow: z.boolean().default(false).describe('Links to directories are followed.'),
  seconds: z.number().int().optional().describe('So old at least; where negative, so old at most.'),
  stamp: z.enum(['atime', 'ctime', 'mtime']).default('mtime').describe('By which time.'),
  bytes: z.number().int().optional().describe('So large at least; where negative, so large at most.'),
  sums: z.boolean().default(false).describe('The SHA-1 sum of each file is reckoned.'),
})

type Find = z.infer<typeof findFields>

/** Files below some directories, for `register`. */
export const askedFiles: ProbedKind<Find> = probed({
  name: 'find',
  summary: 'Files below some directories, for `register`.',
  schema: findFields,
  subject: ({ paths }) => paths.join(','),
  about: ({ paths }) => paths.map((path) => `file:${path}`),
  ask: (wanted) => {
    const { paths, type, recurse, depth, follow, contains, sums } = wanted
    // Answers hold 64 KiB.
    const most = sums ? 250 : 500
    const deep = depth ?? (recurse ? undefined : 1)
    const kind = { any: [], directory: ['-type', 'd'], file: ['-type', 'f'], link: ['-type', 'l'] }[type]
    const line =
      contains === undefined ? [] : ['-type', 'f', '-exec', 'grep', '-qE', '-e', contains, '{}', ';']
    return sh`date +%s
find ${follow ? ['-L'] : []} ${paths} -mindepth 1 ${deep === undefined ? [] : ['-maxdepth', deep]} 2>/dev/null | wc -l
find ${follow ? ['-L'] : []} ${paths} -mindepth 1 ${deep === undefined ? [] : ['-maxdepth', deep]} ${kind} ${line} -exec stat -c '%f %s %u %g %U %G %X %Y %Z %d %i %h %n' -- {} + 2>/dev/null | head -n ${most}
${embed(sums ? sh`echo; find ${follow ? ['-L'] : []} ${paths} -mindepth 1 ${deep === undefined ? [] : ['-maxdepth', deep]} -type f ${named(wanted)} -exec sha1sum -- {} + 2>/dev/null | head -n ${most}` : sh`:`)}`
  },
  change: () => undefined,
  result: ({ stdout }, wanted) => {
    const [now = '0', examined = '0', ...lines] = stdout.split('\n')
    const end = lines.indexOf('')
    const sums = new Map(lines.slice(end + 1).map((line) => [line.slice(42), line.slice(0, 40)] as const))
    const all = lines
      .slice(0, end < 0 ? undefined : end)
      .map(fileIn)
      .map((file) => ({ ...file, ...checksumOf(file, sums) }))
    const files = all.filter((file) => isMeant(file, wanted, Number(now)))
    return { ...told, found: { files, matched: files.length, examined: Number(examined) } }
  },
})

/** Names that count, as far as find can tell them: what need not be read is not. */
function named({ patterns, regexps }: Find): readonly string[] {
  if (regexps || patterns.length === 0) return []
  return ['(', ...patterns.flatMap((one, at) => [...(at > 0 ? ['-o'] : []), '-name', one]), ')']
}

function checksumOf({ path }: FoundFile, sums: ReadonlyMap<string, string>) {
  const checksum = sums.get(path)
  return checksum === undefined ? {} : { checksum }
}

type FoundFile = Readonly<Record<string, unknown>> & { readonly path: string }

function fileIn(line: string): FoundFile {
  const parts = line.split(' ')
  return { path: parts.slice(12).join(' '), ...statIn(parts.slice(0, 12).join(' ')) }
}

function isMeant(file: FoundFile, wanted: Find, now: number): boolean {
  const { patterns, excludes, regexps, hidden, seconds, stamp, bytes } = wanted
  const name = file.path.slice(file.path.lastIndexOf('/') + 1)
  const matches = (pattern: string) =>
    (regexps ? pythonRegExp(pattern, 'y') : globbed(pattern)).exec(name)?.index === 0
  const beyond = (limit: number | undefined, value: number) =>
    limit === undefined || (limit < 0 ? value <= -limit : value >= limit)
  return (
    (hidden || !name.startsWith('.')) &&
    (patterns.length === 0 || patterns.some(matches)) &&
    !excludes.some(matches) &&
    beyond(seconds, now - Number(file[stamp])) &&
    beyond(bytes, Number(file.size))
  )
}

/** As fnmatch(3) reads it. */
function globbed(pattern: string): RegExp {
  const text = pattern.replaceAll(/\[!?[^\]]+\]|[\s\S]/g, (piece) => {
    if (piece === '*') return '[\\s\\S]*'
    if (piece === '?') return '[\\s\\S]'
    if (piece.length > 1) return piece.replace('[!', '[^')
    return /[.+^${}()|[\]\\/]/.test(piece) ? `\\${piece}` : piece
  })
  return new RegExp(`^${text}$`)
}
