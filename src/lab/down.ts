import { rm } from 'node:fs/promises'
import { run } from './command.ts'
import type { LabListener } from './event.ts'
import { takeLock } from './lock.ts'
import { listNamespaces, processesIn } from './network.ts'
import { unfinishedFolder } from './packages.ts'
import { keyOf, labOfNamespace, namespaceOf, pathsOf, umidOf } from './paths.ts'
import { childrenOf, findProcesses, killAll } from './processes.ts'
import { readRecord, recordedLabs, removeFolder, writeRecord } from './record.ts'

/** Every lab of which this computer has anything: a folder or a namespace. */
export async function listLabs(): Promise<readonly string[]> {
  const namespaces = (await listNamespaces()).map(labOfNamespace).filter((lab) => lab !== undefined)
  return [...new Set([...(await recordedLabs()), ...namespaces])].sort()
}

/** Takes a lab down, also one half made or half gone; false when there was nothing of it. */
export async function stopLab(lab: string, onEvent: LabListener = () => {}): Promise<boolean> {
  await using _lock = await takeLock(keyOf(lab), () =>
    onEvent({ stage: 'wait', detail: `lab ${lab} is busy` }),
  )
  // Awaited here: the lock is to be held until it is done.
  return await tearDown(lab, onEvent)
}

/** As stopLab, for those who hold the lab's lock. */
export async function tearDown(lab: string, onEvent: LabListener): Promise<boolean> {
  const namespace = namespaceOf(lab)
  const known = (await listLabs()).includes(lab)
  const processes = () => processesOf(lab)
  if (!known && (await processes()).length === 0) return false
  onEvent({ stage: 'down', detail: `taking lab ${lab} down` })
  const record = await readRecord(lab)
  if (record) await writeRecord(lab, { ...record, phase: 'stopping' })
  await killAll(processes)
  // The taps and the bridge go with their namespace, the mounts went with the machines.
  if ((await listNamespaces()).includes(namespace)) await run(['ip', 'netns', 'delete', namespace])
  await rm(unfinishedFolder(lab), { recursive: true, force: true })
  await removeFolder(lab)
  return true
}

async function processesOf(lab: string): Promise<readonly number[]> {
  const { root, nginxConfig } = pathsOf(lab)
  const machines = `${root}/machines/`
  const ours = (word: string) =>
    (word.startsWith(machines) && /\.sh$|\/later-\w+$/.test(word)) ||
    word.startsWith(`umid=${umidOf(lab, '')}`) ||
    word.startsWith(`UNIX-LISTEN:${root}/`)
  const found = await findProcesses(
    (argv) => argv.some(ours) || (argv[0] === 'nginx' && argv.includes(nginxConfig)),
  )
  const inside = (await processesIn(namespaceOf(lab))).filter((pid) => pid !== process.pid)
  const pids = new Set([...found.map(({ pid }) => pid), ...inside])
  // What they wait for bears no mark: the sleep of a machine that is to be switched on later.
  return [...pids, ...(await childrenOf(pids))]
}
