import { type Context, Hono } from 'hono'
import { type SSEStreamingApi, streamSSE } from 'hono/streaming'
import { clusterViewOf } from './cluster-view.ts'
import { clusterParts } from './pages/cluster.ts'
import { fleetParts, type Wanted } from './pages/fleet.ts'
import { runParts } from './pages/runs.ts'
import type { Part } from './part.ts'
import { emptyRun, take } from './run-view.ts'
import type { Around, Serving } from './serving.ts'
import type { Turn } from './turns.ts'

/** Pages that may be open at once; each holds a connection. */
const most = 200

/** Milliseconds between two signs of life, for whatever is between us and a browser. */
const heartbeat = 15_000

/** What was asked of the table of clusters. */
export function wantedOf({ q = '', trouble }: Readonly<Record<string, string>>): Wanted {
  return { text: q.slice(0, 200), onlyTrouble: trouble === '1' }
}

/** Streams of what is new on each page: parts that are no longer what they were, words to be read aloud, whether the engine is there. */
export function streams(serving: Serving): Hono<{ Bindings: Around }> {
  const { watch, view } = serving
  const app = new Hono<{ Bindings: Around }>()
  let open = 0
  const stream = (c: Context, follow: (page: OpenPage) => Promise<void>) => {
    if (open >= most) return c.text('Too many pages are open.\n', 503)
    open += 1
    const follows = async (sse: SSEStreamingApi) => {
      const gone = new AbortController()
      sse.onAbort(() => gone.abort())
      const beating = setInterval(() => void sse.writeSSE({ event: 'beat', data: '' }), heartbeat)
      const signal = AbortSignal.any([gone.signal, serving.signal])
      try {
        await follow(new OpenPage(sse, signal))
      } finally {
        open -= 1
        clearInterval(beating)
        gone.abort()
      }
    }
    // Where the engine is away the stream ends, and the browser asks for another by itself.
    return streamSSE(c, follows, async () => {})
  }
  app.get('/live', (c) =>
    stream(c, async (page) => {
      const wanted = wantedOf(c.req.query())
      const parts = () => (watch.sight ? fleetParts(watch.sight, wanted) : [])
      await page.show(parts(), watch.lost)
      for await (const turns of watch.news(page.signal)) {
        await page.show(parts(), watch.lost)
        await page.say(turns)
      }
    }),
  )
  app.get('/clusters/:cluster/live', (c) => {
    const cluster = c.req.param('cluster')
    const seen = () => watch.sight?.clusters.find((one) => one.cluster === cluster)
    if (!seen()) return c.notFound()
    return stream(c, async (page) => {
      let before = ''
      let detail: Awaited<ReturnType<typeof clusterViewOf>> | undefined
      const show = async () => {
        const now = seen()
        if (!now) return
        // What was told is read again only where something was done.
        const done = JSON.stringify([now.state?.last, now.holder])
        if (!detail || done !== before) detail = await clusterViewOf(view, now, Date.now())
        before = done
        await page.show(clusterParts(now, detail), watch.lost)
      }
      await show()
      for await (const turns of watch.news(page.signal)) {
        await show()
        await page.say(turns.filter((one) => one.cluster === cluster))
      }
    })
  })
  app.get('/runs/:run{[\\w-]{1,80}}/live', (c) =>
    stream(c, async (page) => {
      const run = emptyRun(c.req.param('run'))
      let waiting: NodeJS.Timeout | undefined
      let isShown = false
      try {
        for await (const event of view.events({ run: run.run, follow: page.signal })) {
          take(run, event)
          // Many come together: they are shown together.
          waiting ??= setTimeout(() => {
            waiting = undefined
            isShown = true
            void page.show(runParts(run), watch.lost)
          }, 300)
          // What was before the page was opened is no news.
          if (isShown && event.is === 'run-turned') await page.say([{ text: `Run ${run.run}: ${event.to}` }])
        }
      } finally {
        clearTimeout(waiting)
      }
    }),
  )
  return app
}

/** A page that is open in a browser. */
class OpenPage {
  readonly signal: AbortSignal
  readonly #sse: SSEStreamingApi
  #sent: ReadonlyMap<string, string> = new Map()
  #lost: string | undefined

  constructor(sse: SSEStreamingApi, signal: AbortSignal) {
    this.#sse = sse
    this.signal = signal
  }

  /** Sends parts that are not what was sent last. */
  async show(parts: readonly Part[], lost: string | undefined): Promise<void> {
    const changed = parts.filter(({ id, html }) => this.#sent.get(id) !== html)
    this.#sent = new Map(parts.map(({ id, html }) => [id, html]))
    if (changed.length > 0)
      await this.#sse.writeSSE({ event: 'parts', data: JSON.stringify(changed.map(({ html }) => html)) })
    if (lost === this.#lost) return
    this.#lost = lost
    await this.#sse.writeSSE({ event: 'lost', data: JSON.stringify(lost ?? '') })
  }

  /** Has words read aloud: few of many, or nobody would listen. */
  async say(turns: readonly Turn[]): Promise<void> {
    if (turns.length === 0) return
    const words = turns.slice(0, 3).map(({ text }) => text)
    const more = turns.length > 3 ? [`and ${turns.length - 3} more`] : []
    await this.#sse.writeSSE({ event: 'news', data: JSON.stringify([...words, ...more].join('. ')) })
  }
}
