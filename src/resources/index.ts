import { type Kind, listed } from './bind.ts'
import { copy } from './copy.ts'
import { directory } from './directory.ts'
import { file } from './file.ts'
import { group } from './group.ts'
import { hostRoute } from './host-route.ts'
import { hostname } from './hostname.ts'
import { kernelModule } from './kernel-module.ts'
import { link } from './link.ts'
import { loopbackVip } from './loopback-vip.ts'
import { packageKind } from './package.ts'
import { service } from './service.ts'
import { sysctl } from './sysctl.ts'
import { template } from './template.ts'
import { user } from './user.ts'

/** Every kind of thing a task can ask for, by the name tasks use. */
export const kinds = {
  copy: listed(copy),
  directory: listed(directory),
  file: listed(file),
  link: listed(link),
  group: listed(group),
  host_route: listed(hostRoute),
  hostname: listed(hostname),
  kernel_module: listed(kernelModule),
  loopback_vip: listed(loopbackVip),
  package: listed(packageKind),
  service: listed(service),
  template: listed(template),
  sysctl: listed(sysctl),
  user: listed(user),
} satisfies Readonly<Record<string, Kind>>
