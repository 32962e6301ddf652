import { basename, dirname, resolve } from 'node:path'
import { commentStart, lastOf, readBlocks } from '../adoption/index.ts'
import { commentsInKeepalived } from '../config/index.ts'
import { badState, type ClusterFailover } from '../model/failover.ts'
import { Failure, InvalidInput } from '../model/failure.ts'
import { heeding, type Meant } from '../model/meant.ts'
import type { Finding } from '../model/rule.ts'
import {
  complaintsAbout,
  type Found,
  proofRules,
  proveFailover,
  readingRules,
  readTold,
  ruleOf,
  type Written,
  writtenRules,
} from '../proof/index.ts'
import { idleComments } from './idle-comments.ts'
import { localFile, withIncludes } from './keepalived-files.ts'

/** Which configurations are looked at together. */
export interface LintKeepalivedOptions {
  /** The keepalived.conf of each director, as `NAME=FILE` where its name matters to lines behind `@`. */
  readonly files: readonly string[]
}

/** What was found in configurations that somebody wrote by hand. */
export interface LintKeepalivedResult {
  /** Errors first. */
  readonly findings: readonly Finding[]
  readonly directors: readonly string[]
  /** How their VIPs move. */
  readonly failover: ClusterFailover
}

/** Combinations that differ to keepalived, and steps of their elections: a million of these takes half a second. */
const most = 20_000
const work = 2_000_000

/**
 * Looks at the keepalived.conf of directors that belong together, without an inventory and without asking anybody: each by itself,
 * how they agree, and how their VIPs fail over. Throws InvalidInput with all files that cannot be read.
 */
export function lintKeepalived({ files }: LintKeepalivedOptions): LintKeepalivedResult {
  const read = named(readAll(files))
  const written = read.map(({ name, path, statements }): Written => {
    const told = readTold({ director: name, statements })
    return { name, file: path, statements, told }
  })
  const failover = proveFailover(
    written.map(({ name, statements }) => ({ director: name, statements })),
    { most, work },
  )
  const proof = written.length < 2 ? [] : failover.bad
  const found: readonly Found[] = [
    ...new Map(read.flatMap((one) => one.found).map((one) => [JSON.stringify(one), one])).values(),
    ...complaintsAbout(written),
    ...proof.map((bad): Found => {
      const rule = `proof-${bad.is}` as const
      const severity = bad.mishaps.length > 1 ? 'warning' : proofRules[rule].severity
      const speaker = written.flatMap(({ told }) => told.speakers).find(({ vips }) => vips.includes(bad.vip))
      return { rule, severity, message: badState(bad), at: speaker?.at }
    }),
  ]
  const told = few(besideQuotes(found)).map(
    ({ at, ...one }): Finding => ({ ...one, ...(at ? { origin: { ...at, col: 1 } } : {}) }),
  )
  return {
    findings: heeded(
      told,
      read.flatMap(({ meant }) => meant),
    ),
    directors: written.map(({ name }) => name),
    failover: { cluster: 'keepalived', failover, follow: 0.25, unknown: [] },
  }
}

const severities = new Map(
  Object.entries({ ...readingRules, ...writtenRules, ...proofRules }).map(([id, { severity }]) => [
    id,
    severity,
  ]),
)

/** Errors first, and last what comments say is meant. */
function heeded(all: readonly Finding[], comments: readonly Meant[]): readonly Finding[] {
  // A file may be that of several directors.
  const meant = [...new Map(comments.map((one) => [JSON.stringify(one.origin), one])).values()]
  const { warnings, silenced } = heeding(
    all.filter(({ severity }) => severity === 'warning'),
    meant,
  )
  const idle = idleComments({ meant, silenced, isWhole: true }, severities)
  return [
    ...all.filter(({ severity }) => severity === 'error'),
    ...[...warnings, ...idle].map((one): Finding => ({ ...one, severity: 'warning' })),
    ...silenced.map(({ warning, by }): Finding => ({ ...warning, severity: 'warning', ignored: by.reason })),
  ]
}

/** Where a quote is left open, nothing else that is told of the line tells more. */
function besideQuotes(found: readonly Found[]): readonly Found[] {
  const isOpen = ({ rule }: Found) => rule === 'keepalived-quotes'
  const lines = new Set(found.filter(isOpen).map(({ at }) => JSON.stringify(at)))
  return found.filter((one) => isOpen(one) || !lines.has(JSON.stringify(one.at)))
}

/** Of what is found so often by one rule nobody reads all. */
const mostOfOne = 50
/** No message is longer, in characters. */
const longest = 400

/** The same once, and of each rule not too many. */
function few(found: readonly Found[]): readonly Found[] {
  const unlike = [
    ...new Map(found.map((one) => [JSON.stringify([one.rule, one.message, one.at]), one])).values(),
  ]
  return [...new Set(unlike.map(({ rule }) => rule))].flatMap((rule) => {
    const all = unlike.filter((one) => one.rule === rule)
    const left = all.length - mostOfOne
    return all.slice(0, mostOfOne).map((one, index) => ({
      ...one,
      message: `${shortened(one.message)}${left > 0 && index === mostOfOne - 1 ? `; so in ${left} other places` : ''}`,
    }))
  })
}

const shortened = (text: string) => (text.length > longest ? `${text.slice(0, longest)} …` : text)

interface ReadFile {
  readonly name: string
  /** As it was given, with the name before it. */
  readonly file: string
  readonly path: string
  readonly statements: Written['statements']
  readonly found: readonly Found[]
  /** Comments that say that something is meant. */
  readonly meant: readonly Meant[]
}

function readAll(files: readonly string[]): readonly ReadFile[] {
  const problems: Failure[] = []
  const read = files.flatMap((file) => {
    try {
      return readFile(file, files.length)
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      problems.push(error)
      return []
    }
  })
  if (problems.length > 0) throw new InvalidInput(problems)
  return read
}

/** A file is the configuration of one director, or of several where lines of it are for some of them alone. */
function readFile(given: string, count: number): readonly ReadFile[] {
  const [, said, path = given] = /^([A-Za-z0-9][\w.-]*)=(.+)$/.exec(given) ?? []
  const main = localFile(path)
  const all = (configId: string) =>
    withIncludes(path, (includes) =>
      readBlocks({ main: { ...main, path: resolve(path) }, includes, configId }),
    )
  const common = all('')
  const chosen = chosenIn([main, ...common.included].map(({ text }) => text))
  const place = resolve(path)
  const near = [basename(place).split('.')[0], basename(dirname(place))]
  const fitting = chosen.find((name) => [...near, routerIdOf(common.read.statements)].includes(name))
  const own = said ?? (count > 1 ? (fitting ?? chosen[0]) : undefined)
  const isGuessed = said === undefined && own !== undefined && fitting === undefined
  const ids = own === undefined ? (chosen.length > 0 ? chosen : ['']) : [own]
  return ids.map((id) => {
    const { read, included } = all(id)
    const odd = [main, ...included].flatMap(({ path: at, oddity }) => (oddity ? [{ at, oddity }] : []))
    return {
      name: id || routerIdOf(read.statements) || near[0] || given,
      file: given,
      path,
      statements: shownAt(read.statements, place, path),
      meant: [{ ...main, path: place }, ...included].flatMap(({ path: at, text }) =>
        commentsInKeepalived(text, shown(at, place, path), commentStart),
      ),
      found: [
        ...(isGuessed
          ? [
              {
                ...complaint(
                  'keepalived-host-unknown',
                  `${given} has lines for ${chosen.map((name) => `@${name}`).join(' and ')}, and is taken for that of ${own}`,
                  { file: path, line: 1 },
                ),
                next: `Say whose it is: ${own}=${given}`,
              },
            ]
          : []),
        ...odd.map(({ at, oddity }) =>
          complaint('keepalived-encoding', `${at} ${oddity}`, { file: at, line: 1 }),
        ),
        ...read.remarks.map((remark) =>
          complaint(
            ruleOf(remark),
            remark.message,
            remark.at && { ...remark.at, file: shown(remark.at.file, place, path) },
          ),
        ),
      ],
    }
  })
}

function complaint(rule: keyof typeof readingRules, message: string, at?: Found['at']): Found {
  return { rule, severity: readingRules[rule].severity, message, ...(at ? { at } : {}) }
}

function routerIdOf(statements: Written['statements']): string | undefined {
  const globals = statements.filter(({ keyword }) => keyword === 'global_defs')
  return globals.flatMap(({ block = [] }) => lastOf(block, 'router_id')?.values[0] ?? [])[0]
}

/** The names behind `@` for which lines are, in their order. */
function chosenIn(texts: readonly string[]): readonly string[] {
  const names = texts.flatMap((text) =>
    [...text.matchAll(/^\s*@(\S+)[ \t]+\S/gm)].map(([, name]) => name ?? ''),
  )
  return [...new Set(names.map((name) => name.replace(/^\^/, '')))]
}

/** As the user named the file. */
const shown = (file: string, place: string, path: string) => (file === place ? path : file)

function shownAt(statements: Written['statements'], place: string, path: string): Written['statements'] {
  return statements.map((one) => ({
    ...one,
    at: { ...one.at, file: shown(one.at.file, place, path) },
    ...(one.block ? { block: shownAt(one.block, place, path) } : {}),
  }))
}

/** No two directors have one name: that of the file stands for it, or a number behind it. */
function named(read: readonly ReadFile[]): readonly ReadFile[] {
  const isTaken = (name: string) => read.filter((one) => one.name === name).length > 1
  const better = read.map((one) => (isTaken(one.name) ? { ...one, name: one.file } : one))
  return better.map((one, index) => {
    const before = better.slice(0, index).filter(({ name }) => name === one.name).length
    return before > 0 ? { ...one, name: `${one.name} (${before + 1})` } : one
  })
}
