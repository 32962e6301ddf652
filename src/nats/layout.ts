import { setTimeout as pause } from 'node:timers/promises'
import type { JetStreamManager, StreamConfig, StreamInfo } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import { Objm } from '@nats-io/obj'
import { type BucketWanted, type Layout, marked, type StreamWanted } from '../fleet/layout.ts'
import { placesOf } from '../fleet/names.ts'
import { Failure } from '../model/failure.ts'
import type { Engine } from './engine.ts'
import { engineFailure, isNoStream } from './failures.ts'

/** Something on the engine that is to be made, or to be made otherwise. */
export interface Missing {
  readonly name: string
  readonly is: 'new' | 'other'
  /** What it is for, or what of it is other than it should be. */
  readonly what: string
}

/** What the engine has not, or has otherwise. Throws INVALID_INPUT where a stream of that name is of another version, or is not ours. */
export async function missingOn({ manager, address }: Engine, layout: Layout): Promise<readonly Missing[]> {
  try {
    const found = await Promise.all([
      ...layout.streams.map(async (stream) => compared(await infoOf(manager, stream.name), stream)),
      ...layout.buckets.map(async (bucket) =>
        comparedBucket(await infoOf(manager, `KV_${bucket.name}`), bucket),
      ),
      infoOf(manager, `OBJ_${layout.bundles.name}`).then((info) => comparedBundles(info, layout.bundles)),
    ])
    return found.filter((one) => one !== undefined)
  } catch (error) {
    throw engineFailure(error, address)
  }
}

/** How often a second later it is looked again for what is missing of a fleet. */
const looksAgain = 5

/** Throws INVALID_INPUT where a fleet was not made, not wholly, or is of another version. */
export async function refuseUnmade({ manager, address }: Engine, fleet: string): Promise<void> {
  const { jobs, events, dead, bundles, buckets } = placesOf(fleet)
  const places = new Map([
    ...Object.values(buckets).map((name) => [name, `KV_${name}`] as const),
    ...[jobs, events, dead].map((name) => [name, name] as const),
    [bundles, `OBJ_${bundles}`] as const,
  ])
  const look = async () => {
    const absent: string[] = []
    await Promise.all(
      [...places].map(async ([name, stream]) => {
        const info = await infoOf(manager, stream)
        if (info) refuseOther(info, name)
        else absent.push(name)
      }),
    )
    return absent
  }
  try {
    let absent = await look()
    // Servers that make a stream anew say for seconds that it is not there.
    for (let again = 0; again < looksAgain && absent.length > 0 && absent.length < places.size; again += 1) {
      await pause(1000)
      absent = await look()
    }
    if (absent.length === 0) return
    throw new Failure(
      'INVALID_INPUT',
      absent.length === places.size
        ? `there is no fleet ${fleet} on the engine at ${address}`
        : `${absent.toSorted().join(', ')} of the fleet ${fleet} is missing on the engine at ${address}`,
      { next: 'make it there: understudy fleet init' },
    )
  } catch (error) {
    throw engineFailure(error, address)
  }
}

/** Makes what is missing, and changes what is other; what is there stays there. */
export async function makeLayout({ manager, stream, address }: Engine, layout: Layout): Promise<void> {
  try {
    for (const wanted of layout.streams) {
      const config = configOf(wanted)
      if (await infoOf(manager, wanted.name)) await manager.streams.update(wanted.name, config)
      else await manager.streams.add(config)
    }
    const buckets = new Kvm(stream)
    for (const { name, what, history, ttl, replicas } of layout.buckets)
      await buckets.create(name, {
        description: `${marked}: ${what}`,
        history,
        ttl,
        replicas,
        // A server that follows may answer what was.
        allow_direct: false,
      })
    const { name, replicas } = layout.bundles
    await new Objm(stream).create(name, { description: `${marked}: bundles`, replicas })
  } catch (error) {
    throw engineFailure(error, address)
  }
}

function configOf(wanted: StreamWanted): Partial<StreamConfig> & { name: string } {
  return {
    name: wanted.name,
    description: `${marked}: ${wanted.what}`,
    subjects: [...wanted.subjects],
    retention: wanted.retention,
    discard: wanted.discard,
    discard_new_per_subject: wanted.discard === 'new',
    max_msgs_per_subject: wanted.perSubject,
    max_age: wanted.age,
    max_bytes: wanted.bytes,
    max_msg_size: wanted.message,
    num_replicas: wanted.replicas,
    storage: 'file',
    // Whoever sends the same job twice sends it once.
    duplicate_window: 600_000_000_000,
  }
}

async function infoOf(manager: JetStreamManager, name: string): Promise<StreamInfo | undefined> {
  try {
    return await manager.streams.info(name)
  } catch (error) {
    if (isNoStream(error)) return undefined
    throw error
  }
}

function compared(info: StreamInfo | undefined, wanted: StreamWanted): Missing | undefined {
  const { name, what } = wanted
  if (!info) return { name, is: 'new', what }
  refuseOther(info, name)
  const config = configOf(wanted)
  return otherwise(name, info, config, [
    'subjects',
    'retention',
    'storage',
    'discard',
    'max_age',
    'max_bytes',
    'max_msg_size',
    'num_replicas',
    'max_msgs_per_subject',
    'duplicate_window',
  ])
}

function comparedBucket(info: StreamInfo | undefined, { name, what, ttl, replicas }: BucketWanted) {
  if (!info) return { name, is: 'new', what } as const
  refuseOther(info, name)
  return otherwise(name, info, { max_age: ttl * 1_000_000, num_replicas: replicas }, [
    'max_age',
    'num_replicas',
  ])
}

function comparedBundles(
  info: StreamInfo | undefined,
  { name, replicas }: Layout['bundles'],
): Missing | undefined {
  if (!info) return { name, is: 'new', what: 'inventories, playbooks, templates' }
  refuseOther(info, name)
  return otherwise(name, info, { num_replicas: replicas }, ['num_replicas'])
}

function otherwise<Key extends keyof StreamConfig>(
  name: string,
  { config }: StreamInfo,
  wanted: Partial<StreamConfig>,
  keys: readonly Key[],
): Missing | undefined {
  const differing = keys.filter((key) => JSON.stringify(config[key]) !== JSON.stringify(wanted[key]))
  if (differing.length === 0) return undefined
  const what = differing.map((key) => `${key} ${String(config[key])} → ${String(wanted[key])}`).join(', ')
  return { name, is: 'other', what }
}

function refuseOther({ config }: StreamInfo, name: string): void {
  const { description = '' } = config
  if (description.startsWith(`${marked}: `)) return
  const [, version] = /^understudy fleet, version (\S+?):/.exec(description) ?? []
  throw version
    ? new Failure(
        'INVALID_INPUT',
        `${name} on the engine is of version ${version}, and known here is ${marked.slice(-1)}`,
        {
          next: 'use the understudy that made it, or name the fleet otherwise',
        },
      )
    : new Failure('INVALID_INPUT', `${name} on the engine was not made by understudy`, {
        next: 'name the fleet otherwise, so that what is there stays as it is',
      })
}
