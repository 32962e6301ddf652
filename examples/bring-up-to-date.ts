import { apply, changeOf, explain, Failure, plan, type RunEvent } from 'understudy-ha'

const [inventory = 'inventory.yaml', playbook = 'site.yaml'] = process.argv.slice(2)
const wanted = { inventory: [inventory], playbook }
const stop = new AbortController()
process.once('SIGINT', () => stop.abort())

function follow(event: RunEvent): void {
  if (event.is === 'step-finished') console.log(`${event.host}: ${event.step} ${event.outcome}`)
}

try {
  const planned = await plan({ ...wanted, signal: stop.signal })
  const changes = planned.plan.hosts.flatMap(({ steps }) => steps.flatMap((step) => changeOf(step) ?? []))
  console.log(`${changes.length} changes`)
  if (changes.some(({ impact }) => impact === 'failover')) {
    console.log('a VIP would move: somebody should look at the plan first')
  } else {
    const applied = await apply({ ...wanted, signal: stop.signal, onEvent: follow })
    for (const { host, failure } of applied.failures)
      console.log(`${host}: ${failure.code} ${failure.message}`)
    for (const { cluster, proofs } of applied.clusters ?? [])
      console.log(`${cluster}: ${proofs.filter(({ verdict }) => verdict === 'fail').length} proofs fail`)
  }
} catch (error) {
  if (!(error instanceof Failure)) throw error
  console.log(explain(error))
}
