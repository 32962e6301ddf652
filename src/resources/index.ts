import { type Kind, listed } from './bind.ts'
import { directory } from './directory.ts'
import { group } from './group.ts'
import { hostRoute } from './host-route.ts'
import { hostname } from './hostname.ts'
import { kernelModule } from './kernel-module.ts'
import { loopbackVip } from './loopback-vip.ts'
import { packageKind } from './package.ts'
import { service } from './service.ts'
import { sysctl } from './sysctl.ts'
import { user } from './user.ts'

/** Every kind of thing a task can ask for, by the name tasks use. */
export const kinds = {
  directory: listed(directory),
  group: listed(group),
  host_route: listed(hostRoute),
  hostname: listed(hostname),
  kernel_module: listed(kernelModule),
  loopback_vip: listed(loopbackVip),
  package: listed(packageKind),
  service: listed(service),
  sysctl: listed(sysctl),
  user: listed(user),
} satisfies Readonly<Record<string, Kind>>
