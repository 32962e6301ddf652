import { didYouMean } from '../../model/suggest.ts'
import { blocksWithin, directivesOf, type NginxBlock, type Unfit, unfit } from '../nginx-words.ts'
import { ofNginx, ofPools, ofServices, type Written } from './placed-lines.ts'
import { type Doubt, doubtful, type Family, type Subject, type Wrong, wrong } from './subject.ts'

/** Rules about directives of the user's own for nginx. */
export const nginxDirectiveRules = {
  'lines-misplaced-directive': {
    severity: 'error',
    reason:
      'Each directive of nginx stands in blocks of some kinds, and nginx does not start with one that stands in another.',
    source: 'nginx, Alphabetical index of directives, Context',
    find: directivesHaveTheirBlock,
  },
  'lines-unknown-directive': {
    severity: 'warning',
    reason:
      'nginx does not start with a directive that it does not know; apply would find that out on the first machine.',
    source: 'nginx, the directives of 1.14 to 1.29; those of the modules that distributions package',
    find: directivesAreKnown,
  },
} satisfies Family<'lines'>

function directivesHaveTheirBlock(subject: Subject): readonly Wrong[] {
  return placed(subject).flatMap(({ path, text, blocks }) => {
    const found = firstUnfit(text, blocks, ({ places }) => places !== undefined)
    if (!found?.places) return []
    return wrong(
      subject,
      path,
      `line ${found.line} of these says ${found.word}, which nginx does not take in ${found.blocks.map(nameOf).join(' or ')}`,
      `It stands in ${[...found.places].map((block) => nameOf(block as NginxBlock)).join(', ')}.`,
    )
  })
}

function directivesAreKnown(subject: Subject): readonly Doubt[] {
  const mayHaveMore = bringsModules(subject)
  return placed(subject).flatMap(({ path, text, blocks }): readonly Doubt[] => {
    const found = firstUnfit(text, blocks, ({ places }) => places === undefined)
    if (!found) return []
    const meant = didYouMean(found.word, directivesOf(found.blocks)) ?? didYouMean(found.word, directivesOf())
    if (meant === undefined && mayHaveMore) return []
    return [
      doubtful(
        subject,
        path,
        `line ${found.line} of these says ${found.word}, which nginx does not know`,
        meant === undefined
          ? 'Look for it in the manual of nginx; the module that has it is loaded in extra.nginx.main, by load_module.'
          : `Did you mean ${meant}?`,
      ),
    ]
  })
}

/** Whether nginx is told of modules of which nobody knows the directives. */
function bringsModules({ settings }: Subject): boolean {
  const { nginx } = settings.extra
  const main = typeof nginx === 'object' ? (nginx.main ?? '') : ''
  return (
    /^\s*load_module\s/m.test(main) ||
    (settings.source.nginx?.configure ?? []).some((argument) => /^--add-(dynamic-)?module=/.test(argument))
  )
}

interface Placed extends Written {
  readonly blocks: readonly NginxBlock[]
}

const ofHttp = { frontend: 'server', location: 'location', backend: 'upstream' } as const
const ofStream = { frontend: 'stream-server', backend: 'stream-upstream' } as const
const ofWhole = { main: 'main', events: 'events', http: 'http', stream: 'stream', server: 'server' } as const

/** Lines for nginx that are directives, with the blocks in which they may come to stand. */
function placed(subject: Subject): readonly Placed[] {
  const isOfServices = subject.cluster.balancer === 'nginx'
  const services = ofServices(subject).flatMap(({ service, lines }) =>
    lines.map((one) => ({
      one,
      kinds: service.mode === 'tcp' || service.protocol === 'udp' ? [ofStream] : [ofHttp],
    })),
  )
  const pools = ofPools(subject).map((one) => ({ one, kinds: [ofHttp, ofStream] }))
  const whole = ofNginx(subject).filter(({ path }) => path[0] === 'extra')
  return [
    ...(isOfServices ? [...services, ...pools] : []),
    ...whole.map((one) => ({ one, kinds: [ofWhole] })),
  ].flatMap(({ one, kinds }) => {
    const blocks = kinds.flatMap((kind: Readonly<Record<string, NginxBlock>>) => kind[one.part] ?? [])
    return blocks.length > 0 ? [{ ...one, blocks }] : []
  })
}

interface Found extends Unfit {
  readonly line: number
  readonly blocks: readonly NginxBlock[]
}

/** What is written by an expression may be anything. */
const pieces =
  /\{\{[\s\S]*?\}\}|\n|"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'|(?<![^\s;{}])#[^\n]*|[{};]|(?:\\.|\$\{\w*\}|[^\s;{}"'])+/g

/** The first directive that does not fit where it stands, of those that are asked for. */
function firstUnfit(
  text: string,
  outside: readonly NginxBlock[],
  isAsked: (one: Unfit) => boolean,
): Found | undefined {
  // Blocks of Lua and statements of Jinja may hold anything.
  if (/_by_lua_block|\{%/.test(text)) return undefined
  const around: (readonly NginxBlock[] | undefined)[] = [outside]
  let line = 1
  let first: string | undefined
  for (const [piece] of text.matchAll(pieces)) {
    const blocks = around.at(-1)
    if (piece === ';') first = undefined
    else if (piece === '{') {
      around.push(blocks && first !== undefined ? blocksWithin(first, blocks) : undefined)
      first = undefined
    } else if (piece === '}') {
      around.pop()
      first = undefined
      // What ends more than it began is another mistake.
      if (around.length === 0) return undefined
    } else if (piece !== '\n' && !piece.startsWith('#') && first === undefined) {
      first = piece
      const found = blocks && isDirective.test(piece) ? unfit(piece, blocks) : undefined
      if (found && blocks && isAsked(found)) return { ...found, line, blocks }
    }
    line += piece.split('\n').length - 1
  }
  return undefined
}

const isDirective = /^[A-Za-z_][\w-]*$/

function nameOf(block: NginxBlock): string {
  const [, of] = /^stream-(.*)$/.exec(block) ?? []
  if (of !== undefined) return `${of} of stream`
  if (block === 'if') return 'if of a location'
  return block === 'server-if' ? 'if of a server' : block
}
