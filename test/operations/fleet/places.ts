import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'

/** A network of its own, with a loopback of its own: what listens there is reached from within alone. */
export interface Place {
  readonly within: readonly string[]
  /** Lays a cable to another place: addresses with their lengths, of here and of there. */
  cable(to: Place, here: string, there: string): Cable
  readonly pid: number
}

/** A cable between two places; whoever cuts it tells nobody at its ends. */
export interface Cable {
  cut(): void
  mend(): void
}

/** Places of one test. */
export interface Places extends Disposable {
  open(): Promise<Place>
}

export function openPlaces(): Places {
  const holders: ChildProcess[] = []
  let cables = 0
  return {
    async open() {
      const holder = spawn(
        'unshare',
        ['--net', 'sh', '-c', 'ip link set lo up; echo ready; exec sleep infinity'],
        {
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      )
      holders.push(holder)
      await new Promise((done) => holder.stdout?.once('data', done))
      return placeOf(holder.pid ?? 0, () => `c${cables++}`)
    },
    [Symbol.dispose]() {
      for (const holder of holders) holder.kill('SIGKILL')
    },
  }
}

function placeOf(pid: number, nextName: () => string): Place {
  const within = ['nsenter', `--net=/proc/${pid}/ns/net`]
  return {
    pid,
    within,
    cable(to, here, there) {
      const [near, far] = [nextName(), nextName()]
      run(within, 'ip', 'link', 'add', near, 'type', 'veth', 'peer', 'name', far, 'netns', String(to.pid))
      for (const [place, name, address] of [
        [within, near, here],
        [to.within, far, there],
      ] as const) {
        run(place, 'ip', 'address', 'add', address, 'dev', name)
        run(place, 'ip', 'link', 'set', name, 'up')
      }
      // The end of there stays up, and what is sent from it gets lost.
      return {
        cut: () => run(within, 'ip', 'link', 'set', near, 'down'),
        mend: () => run(within, 'ip', 'link', 'set', near, 'up'),
      }
    },
  }
}

function run(within: readonly string[], ...words: readonly string[]): void {
  const [command = '', ...rest] = [...within, ...words]
  execFileSync(command, rest, { stdio: ['ignore', 'ignore', 'inherit'] })
}

/** Waits until somebody listens on a port of the loopback of a place. */
export async function answersWithin(within: readonly string[], port: number): Promise<void> {
  for (let left = 200; left > 0; left -= 1) {
    const [command = '', ...rest] = [...within, 'bash', '-c', `exec 3<>/dev/tcp/127.0.0.1/${port}`]
    const isThere = await new Promise<boolean>((done) => {
      spawn(command, rest, { stdio: 'ignore' }).once('close', (status) => done(status === 0))
    })
    if (isThere) return
    await sleep(50)
  }
  throw new Error(`nothing answers on port ${port} there`)
}
