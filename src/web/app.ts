import { createHash } from 'node:crypto'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { getCookie, setCookie } from 'hono/cookie'
import { drillReport } from '../fleet/drill-report.ts'
import { drillPage } from '../report/drill/page.ts'
import { style } from '../report/drill/style.ts'
import { isOurName, isToken, mayRead, sessionFor, sessionSeconds } from './access.ts'
import { clusterViewOf, finishedIn } from './cluster-view.ts'
import { clusterMain } from './pages/cluster.ts'
import { deadMain } from './pages/dead.ts'
import { fleetMain } from './pages/fleet.ts'
import { framed, loginPage, plainPage } from './pages/frame.ts'
import { runMain, runsMain } from './pages/runs.ts'
import { emptyRun, take } from './run-view.ts'
import type { Around, Serving } from './serving.ts'
import { streams, wantedOf } from './streams.ts'

/** Ours alone, and nothing inline: text that became markup by a fault of ours would still do nothing. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
/** A report of drills brings its style along, and no script. */
const reportPolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

const session = 'understudy-fleet'

/** The pages of a fleet, which only read. */
export function fleetApp(serving: Serving): Hono<{ Bindings: Around }> {
  const { access, view, watch, clients } = serving
  const app = new Hono<{ Bindings: Around }>()
  app.use(async (c, next) => {
    c.header('Content-Security-Policy', policy)
    c.header('X-Content-Type-Options', 'nosniff')
    c.header('Referrer-Policy', 'no-referrer')
    c.header('Cross-Origin-Opener-Policy', 'same-origin')
    c.header('Cross-Origin-Resource-Policy', 'same-origin')
    c.header('Cache-Control', 'no-store')
    if (isOurName(c.req.header('host'), access)) return next()
    return c.text('This name is none of this server: start it with --host-name for it.\n', 421)
  })
  app.get('/client/:name', (c) => {
    const found = clients.get(c.req.param('name'))
    return found ? c.body(found.text, 200, { 'Content-Type': found.type }) : c.notFound()
  })
  app.post('/login', bodyLimit({ maxSize: 4096 }), async (c) => {
    const form = await c.req.parseBody()
    const next = inside(form.next)
    if (typeof form.token !== 'string' || access.token === undefined || !isToken(access, form.token.trim()))
      return c.html(loginPage(next, true), 401)
    setCookie(c, session, sessionFor(access.token, Date.now()), {
      httpOnly: true,
      sameSite: 'Strict',
      path: '/',
      maxAge: sessionSeconds,
      secure: c.req.header('x-forwarded-proto') === 'https',
    })
    return c.redirect(next, 303)
  })
  app.use(async (c, next) => {
    const { identityHeader, token } = access
    const identity = identityHeader === undefined ? undefined : c.req.header(identityHeader)
    const coming = {
      from: c.env.from,
      authorization: c.req.header('authorization'),
      session: getCookie(c, session),
      identity,
    }
    if (mayRead(access, coming, Date.now())) return next()
    if (token === undefined) {
      const why = identity
        ? 'It comes from no proxy that is known here: --proxy names one.'
        : `Nothing says who you are: the proxy has to send ${identityHeader}.`
      return c.html(plainPage('Not for you', why), 403)
    }
    if (c.req.header('authorization')) return c.text('That is not the token.\n', 401)
    const { pathname, search } = new URL(c.req.url)
    return c.html(loginPage(inside(`${pathname}${search}`), false), 401)
  })
  app.route('/', streams(serving))
  app.use(async (c, next) => {
    if (watch.sight) return next()
    return c.html(
      plainPage('Nothing to see yet', watch.lost ?? 'The engine was not asked yet. Reload in a moment.'),
      503,
    )
  })
  const frame = () => ({ fleet: watch.sight?.fleet ?? '', lost: watch.lost })
  app.get('/', (c) => {
    if (!watch.sight) return c.notFound()
    const wanted = wantedOf(c.req.query())
    const main = fleetMain(watch.sight, wanted)
    const live = `/live?${new URLSearchParams(c.req.query())}`
    return c.html(framed({ ...frame(), title: `Clusters of ${watch.sight.fleet}`, here: '/', live, main }))
  })
  app.get('/clusters/:cluster', async (c) => {
    const seen = watch.sight?.clusters.find(({ cluster }) => cluster === c.req.param('cluster'))
    if (!seen) return c.notFound()
    const main = clusterMain(seen, await clusterViewOf(view, seen, Date.now()))
    const live = `/clusters/${seen.cluster}/live`
    return c.html(framed({ ...frame(), title: `Cluster ${seen.cluster}`, live, main }))
  })
  app.get('/clusters/:cluster/drills/:run{[\\w-]{1,80}}', async (c) => {
    const { cluster, run } = c.req.param()
    if (!watch.sight?.clusters.some((one) => one.cluster === cluster)) return c.notFound()
    const report = (await finishedIn(view, cluster, run)).findLast(({ outcome }) => outcome.report)?.outcome
      .report
    if (report === undefined) return c.notFound()
    const read = drillReport.safeParse(report)
    if (!read.success)
      return c.html(
        plainPage('Not a report', 'Another version of understudy made it: it cannot be shown.'),
        422,
      )
    c.header('Content-Security-Policy', reportPolicy)
    return c.html(drillPage(read.data))
  })
  app.get('/runs', async (c) => {
    const main = runsMain(await view.runs())
    return c.html(framed({ ...frame(), title: 'Runs', here: '/runs', main }))
  })
  app.get('/dead', async (c) => {
    const main = deadMain(await view.dead())
    return c.html(framed({ ...frame(), title: 'Given up', here: '/dead', main }))
  })
  app.get('/runs/:run{[\\w-]{1,80}}', async (c) => {
    const run = emptyRun(c.req.param('run'))
    for await (const event of view.events({ run: run.run })) take(run, event)
    if (run.lines.length === 0) return c.notFound()
    const live = `/runs/${run.run}/live`
    return c.html(framed({ ...frame(), title: `Run ${run.run}`, live, main: runMain(run) }))
  })
  app.notFound((c) =>
    c.html(plainPage('There is no such page', 'Neither a cluster nor a run is called so.'), 404),
  )
  app.onError((_, c) =>
    c.html(plainPage('That did not work', 'The engine gave no answer. Reload in a moment.'), 502),
  )
  return app
}

/** A way that leads to a page of ours, or to the first one. */
function inside(path: unknown): string {
  return typeof path === 'string' && /^\/(?![/\\])[\w\-./?=&%+]*$/.test(path) && !path.includes('/live')
    ? path
    : '/'
}
