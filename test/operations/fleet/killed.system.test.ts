import type { ChildProcess } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { needs } from '../../needs.ts'
import { seeded } from '../../verify/balancers.ts'
import { type Engines, openEngines } from './engines.ts'
import { type Ended, linesOf, openFleet, type TestFleet } from './fleets.ts'
import { openPlaces, type Places } from './places.ts'
import { cableVictim, serverVictim, strikeAtRandom, type Victim, workerVictims } from './strikes.ts'

needs('root', 'worlds', 'sshd', 'nats-server', 'build')

/** Seconds for which somebody is struck; ten minutes are what is asked for, and the usual run is shorter. */
const seconds = Number(process.env.UNDERSTUDY_KILLS_SECONDS ?? 75)
const seed = Number(process.env.UNDERSTUDY_KILLS_SEED ?? randomInt(2 ** 31))

let engines: Engines
let places: Places
beforeAll(() => {
  engines = openEngines()
  places = openPlaces()
})
afterAll(async () => {
  await engines[Symbol.asyncDispose]()
  places[Symbol.dispose]()
})

const sites = ['berlin', 'oslo'] as const
const clusters = Object.fromEntries(
  Array.from({ length: 50 }, (_, index) => [`c${index + 1}`, sites[index % 2] ?? '']),
)

/** The centre, and two sites that reach nothing but it; the leaf node of each is on its own loopback. */
async function twoSites() {
  const centre = await places.open()
  const hub = await engines.server('leafnodes { listen: "0.0.0.0:7422" }', {
    within: centre.within,
    domain: 'hub',
    port: 4222,
  })
  const all = await Promise.all(
    sites.map(async (site, index) => {
      const place = await places.open()
      const address = `10.91.${index}.1`
      const cable = centre.cable(place, `${address}/24`, `10.91.${index}.2/24`)
      const leaf = await engines.server(
        `leafnodes { remotes: [{ url: "nats-leaf://${address}:7422" }], reconnect: 1 }
         ping_interval: "2s"`,
        { within: place.within, jetstream: false, port: 4222 },
      )
      return { site, place, cable, leaf }
    }),
  )
  return { centre, hub, all }
}

/** Two steps that are done once each, and write on the machine when they begin and end, and which fence is known there. */
const steps = (round: number, random: () => number) =>
  ['a', 'b'].map((name) => {
    const done = `/var/lib/understudy/${round}${name}`
    return {
      name: `${round}${name}`,
      shell: [
        `echo "begin ${round}${name} $(cut -d" " -f2 /var/lib/understudy/fences/*)" >>/run/told`,
        `sleep ${(0.2 + 1.5 * random()).toFixed(1)}`,
        `echo "end ${round}${name}" >>/run/told`,
        `touch ${done}`,
      ].join('; '),
      args: { creates: done },
    }
  })

/** A run of all clusters that is taken up again until it is over, whoever is killed meanwhile; its name. */
async function wholeRun(fleet: TestFleet, driving: { child: ChildProcess | undefined }): Promise<string> {
  let run: string | undefined
  let last = ''
  for (let tries = 0; tries < 100; tries += 1) {
    const words = run === undefined ? ['apply', 'all'] : ['resume', run]
    const { child, ended } = fleet.begin('fleet', ...words, '--may-fail', '1', '--json')
    driving.child = child
    const { said, error }: Ended = await ended
    driving.child = undefined
    run ??= said.find(({ is }) => is === 'begun')?.run as string | undefined
    const refused = said.filter(
      ({ result }) => (result as { status?: string } | undefined)?.status === 'in-use',
    )
    expect(refused).toEqual([])
    last = `${error}${JSON.stringify(said.at(-1))}`
    if (said.at(-1)?.as === 'done' || /the run \S+ is done/.test(error)) return run ?? ''
    await new Promise((again) => setTimeout(again, 1000))
  }
  throw new Error(`the run ${run} never came to its end: ${last}`)
}

it(
  'whoever is killed, cut off or asleep: each cluster converges once, by one worker at a time, and nothing is lost',
  async () => {
    process.stdout.write(`UNDERSTUDY_KILLS_SEED=${seed} UNDERSTUDY_KILLS_SECONDS=${seconds}\n`)
    const random = seeded(seed)
    const { centre, hub, all } = await twoSites()
    const networks = new Map([['', centre], ...all.map(({ site, place }) => [site, place] as const)])
    await using fleet = await openFleet(clusters, [hub.url], {}, networks)
    expect((await fleet.run('fleet', 'init')).error).toBe('')
    const closing = new AbortController()
    using _ = { [Symbol.dispose]: () => closing.abort() }
    const victims: Victim[] = [serverVictim('centre', hub)]
    for (const { site, leaf, cable } of all) {
      victims.push(serverVictim(`leaf of ${site}`, leaf), cableVictim(`cable of ${site}`, cable))
      const words = ['--engine', leaf.url, '--engine-domain', 'hub']
      for (const name of [`${site}-1`, `${site}-2`])
        victims.push(...(await workerVictims(fleet, { site, name, words, until: closing.signal })))
    }
    const driving: { child: ChildProcess | undefined } = { child: undefined }
    victims.push({
      name: 'driver',
      weight: 1,
      strike: async () => void driving.child?.kill('SIGKILL'),
    })
    const over = new AbortController()
    const struck = strikeAtRandom(victims, { random, until: over.signal })
    const runs: string[] = []
    const until = performance.now() + 1000 * seconds
    for (;;) {
      const isLast = performance.now() > until
      if (isLast) over.abort()
      const round = runs.length + 1
      fleet.playbook(steps(round, random))
      runs.push(await wholeRun(fleet, driving))
      if (isLast) break
    }
    const counts = await struck
    process.stdout.write(`${runs.length} runs; struck: ${JSON.stringify(Object.fromEntries(counts))}\n`)

    // What the engine knows: each job came to its end, nothing was given up, nothing is in the queue.
    const history = await fleet.run('fleet', 'history', '--json')
    expect(history.error).toBe('')
    const finished = history.said.filter(({ is }) => is === 'job-finished')
    const came = finished.map(
      ({ outcome }) => outcome as { readonly status: string; readonly failures: unknown },
    )
    expect(came.filter(({ status }) => status !== 'changed' && status !== 'fine')).toEqual([])
    for (const run of runs) {
      const names = finished.filter((one) => one.run === run).map(({ cluster }) => String(cluster))
      expect([...new Set(names)].toSorted()).toEqual(Object.keys(clusters).toSorted())
    }
    expect((await fleet.run('fleet', 'dead', '--json')).said).toEqual([])
    // One whose driver was killed before it named its run is left as it was then: nobody goes on with it.
    const [status] = (await fleet.run('fleet', 'status', '--json')).said
    const open = (status?.runs ?? []) as readonly { readonly run: string }[]
    expect(open.filter(({ run }) => runs.includes(run))).toEqual([])
    // What the machines saw: each step begun once and ended once, before anything else was begun there, and fences that only go up.
    const whole = runs.flatMap((_, index) =>
      ['a', 'b'].flatMap((name) => [`begin ${index + 1}${name}`, `end ${index + 1}${name}`]),
    )
    for (const cluster of Object.keys(clusters)) {
      const told = linesOf(fleet.on(cluster, '/run/told'))
      expect([cluster, ...told.map((line) => line.split(' ').slice(0, 2).join(' '))]).toEqual([
        cluster,
        ...whole,
      ])
      const fences = told.flatMap((line) => line.split(' ').slice(2).map(Number))
      expect(fences).toEqual(fences.toSorted((a, b) => a - b))
      expect(fences).toHaveLength(2 * runs.length)
    }
  },
  1000 * seconds + 600_000,
)
