import { type ChildProcess, execFile } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { needs } from '../../needs.ts'
import { seeded } from '../../verify/balancers.ts'
import { type Engines, openEngines, type Server } from './engines.ts'
import { type Ended, linesOf, openFleet, type TestFleet } from './fleets.ts'
import { openPlaces, type Place, type Places } from './places.ts'
import {
  cableVictim,
  engineVictims,
  serverVictims,
  strikeAtRandom,
  type Victim,
  workerVictims,
} from './strikes.ts'

needs('root', 'worlds', 'sshd', 'nats-server', 'curl', 'build')

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

/** One server, or three that are one engine: where clients find it, leaf nodes too, and how it is struck. */
interface Hub {
  readonly urls: readonly string[]
  readonly leafPorts: readonly number[]
  readonly victims: readonly Victim[]
}

async function oneServer(within: readonly string[]): Promise<Hub> {
  const hub = await engines.server('leafnodes { listen: "0.0.0.0:7422" }', {
    within,
    domain: 'hub',
    port: 4222,
  })
  return { urls: [hub.url], leafPorts: [7422], victims: serverVictims('centre', hub) }
}

async function threeServers(within: readonly string[], random: () => number): Promise<Hub> {
  const leafPorts = [7422, 7423, 7424]
  const monitors = [8222, 8223, 8224]
  const servers = await engines.cluster(3, {
    within,
    domain: 'hub',
    configuration: (index) =>
      `leafnodes { listen: "0.0.0.0:${leafPorts[index]}" }\nhttp: "127.0.0.1:${monitors[index]}"`,
  })
  const leader = () => leaderAmong(servers, (index) => askWithin(within, monitors[index] ?? 0))
  return {
    urls: servers.map(({ url }) => url),
    leafPorts,
    victims: engineVictims(servers, { random, leader }),
  }
}

/** Who leads the stream of jobs, as the servers themselves say it. */
async function leaderAmong(
  servers: readonly Server[],
  ask: (index: number) => Promise<string>,
): Promise<Server | undefined> {
  for (const index of servers.keys()) {
    const said = await ask(index)
    const name = said === '' ? undefined : leaderIn(JSON.parse(said))
    const found = servers.find((one) => one.name === name)
    if (found) return found
  }
  return undefined
}

function leaderIn(told: {
  readonly account_details?: readonly {
    readonly stream_detail?: readonly {
      readonly name: string
      readonly cluster?: { readonly leader?: string }
    }[]
  }[]
}): string | undefined {
  const streams = (told.account_details ?? []).flatMap(({ stream_detail = [] }) => stream_detail)
  return streams.find(({ name }) => name === 'us-web-jobs')?.cluster?.leader
}

/** What the monitor of a server says of its streams; nothing where it is away. */
function askWithin(within: readonly string[], port: number): Promise<string> {
  const [command = '', ...words] = [...within, 'curl', '-s', '-m', '2']
  const url = `http://127.0.0.1:${port}/jsz?streams=true`
  return new Promise((done) => execFile(command, [...words, url], (_, out) => done(out)))
}

/** The centre, and two sites that reach nothing but it; the leaf node of each is on its own loopback. */
async function twoSites(hubOf: (within: readonly string[]) => Promise<Hub>) {
  const centre = await places.open()
  const hub = await hubOf(centre.within)
  const all = await Promise.all(sites.map((site, index) => siteOf(site, index, centre, hub)))
  return { centre, hub, all }
}

async function siteOf(site: string, index: number, centre: Place, { leafPorts }: Hub) {
  const place = await places.open()
  const address = `10.91.${index}.1`
  const cable = centre.cable(place, `${address}/24`, `10.91.${index}.2/24`)
  const urls = leafPorts.map((port) => `"nats-leaf://${address}:${port}"`).join(', ')
  const leaf = await engines.server(
    `leafnodes { remotes: [{ urls: [${urls}] }], reconnect: 1 }
     ping_interval: "2s"`,
    { within: place.within, jetstream: false, port: 4222 },
  )
  return { site, place, cable, leaf }
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

it.each([
  { engine: 'one server', replicas: 1, hubOf: oneServer },
  { engine: 'three servers', replicas: 3, hubOf: threeServers },
])(
  'an engine of $engine, whoever is killed, cut off or asleep: each cluster converges once, by one worker at a time, and nothing is lost',
  async ({ engine, replicas, hubOf }) => {
    process.stdout.write(`${engine}: UNDERSTUDY_KILLS_SEED=${seed} UNDERSTUDY_KILLS_SECONDS=${seconds}\n`)
    const random = seeded(seed)
    const { centre, hub, all } = await twoSites((within) => hubOf(within, random))
    const networks = new Map([['', centre], ...all.map(({ site, place }) => [site, place] as const)])
    await using fleet = await openFleet(clusters, hub.urls, { replicas }, networks)
    expect((await fleet.run('fleet', 'init')).error).toBe('')
    const closing = new AbortController()
    using _ = { [Symbol.dispose]: () => closing.abort() }
    const victims: Victim[] = [...hub.victims]
    for (const { site, leaf, cable } of all) {
      victims.push(...serverVictims(`leaf of ${site}`, leaf), cableVictim(`cable of ${site}`, cable))
      const words = ['--engine', leaf.url, '--engine-domain', 'hub']
      for (const name of [`${site}-1`, `${site}-2`])
        victims.push(...(await workerVictims(fleet, { site, name, words, until: closing.signal })))
    }
    const driving: { child: ChildProcess | undefined } = { child: undefined }
    victims.push({
      name: 'driver',
      weight: 1,
      whom: [driving],
      strike: async () => void driving.child?.kill('SIGKILL'),
    })
    const over = new AbortController()
    const struck = strikeAtRandom(victims, { random, until: over.signal })
    const runs: string[] = []
    setTimeout(() => over.abort(), 1000 * seconds)
    for (;;) {
      const isLast = over.signal.aborted
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
