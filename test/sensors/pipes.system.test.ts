import { expect, it } from 'vitest'
import type { Sensor } from '../../src/model/sensor.ts'
import { bootAddresses } from '../../src/sensors/boot-addresses.ts'
import { certificateFiles } from '../../src/sensors/certificate-files.ts'
import { contents } from '../../src/sensors/contents.ts'
import { facts } from '../../src/sensors/facts.ts'
import { files } from '../../src/sensors/files.ts'
import { hostnames } from '../../src/sensors/hostnames.ts'
import { kernelModules } from '../../src/sensors/kernel-modules.ts'
import { sysctls } from '../../src/sensors/sysctls.ts'
import { unitTexts } from '../../src/sensors/unit-texts.ts'
import { units } from '../../src/sensors/units.ts'
import { needs } from '../needs.ts'
import { ask, namedShells, type Shell } from './ask.ts'

needs('worlds', 'busybox')

const pipes = [
  '/etc/hostname',
  '/etc/sysctl.conf',
  '/etc/sysctl.d/zz.conf',
  '/etc/modules-load.d/zz.conf',
  '/etc/modprobe.d/understudy-zz.conf',
  '/etc/systemd/system/zz.service',
  '/etc/systemd/system/zz.service.d/zz.conf',
  '/etc/systemd/system/multi-user.target.wants/zz.service',
  '/etc/network/interfaces.d/zz',
  '/var/lib/understudy/handover/zz',
]

const inWorld = `set -eu
for d in /etc/sysctl.d /etc/modules-load.d /etc/modprobe.d /etc/systemd/system /etc/network /var/lib/understudy; do
  mkdir -p "$d"; mount -t tmpfs tmpfs "$d"
done
for f in ${pipes.join(' ')}; do
  mkdir -p "\${f%/*}"
  if [ -e "$f" ]; then mkfifo /etc/sysctl.d/one; mount --bind /etc/sysctl.d/one "$f"; rm /etc/sysctl.d/one; else mkfifo "$f"; fi
done
exec "$@"`

/** Who opens a pipe waits for its other end, which nobody may ever open. */
const asked: readonly (readonly [string, Sensor<unknown>, readonly string[]])[] = [
  ['boot-addresses', bootAddresses, ['192.0.2.1']],
  ['certificate-files', certificateFiles, pipes],
  ['contents', contents, pipes],
  ['facts', facts, ['']],
  ['files', files, pipes],
  ['hostnames', hostnames, ['']],
  ['kernel-modules', kernelModules, ['no_such_module']],
  ['sysctls', sysctls, ['net.ipv4.ip_forward']],
  ['unit-texts', unitTexts, ['zz.service']],
  ['units', units, ['zz.service']],
]

it.each(namedShells.flatMap(([name, shell]) => asked.map((one) => [name, ...one, shell] as const)))(
  'does not wait under %s for the other end of a pipe that lies where files are read: %s',
  async (_, name, sensor, subjects, shell) => {
    const within: Shell = ['unshare', '-m', 'sh', '-c', inWorld, 'sh', 'timeout', '20', ...shell]
    expect(await ask(within, sensor, subjects), name).toHaveLength(subjects.length)
  },
)
