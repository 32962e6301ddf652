import { archive } from './archive.ts'
import { type Kind, listed } from './bind.ts'
import { block } from './block.ts'
import { command } from './command.ts'
import { copy } from './copy.ts'
import { cron } from './cron.ts'
import { directory } from './directory.ts'
import { file } from './file.ts'
import { firewall } from './firewall.ts'
import { group } from './group.ts'
import { haproxyServers } from './haproxy-servers.ts'
import { hostRoute } from './host-route.ts'
import { hostname } from './hostname.ts'
import { hostsEntry } from './hosts-entry.ts'
import { ipvsTableKind } from './ipvs-table.ts'
import { kernelModule } from './kernel-module.ts'
import { line } from './line.ts'
import { link } from './link.ts'
import { loopbackVip } from './loopback-vip.ts'
import { mount } from './mount.ts'
import { nfsExport } from './nfs-export.ts'
import { packageKind } from './package.ts'
import { pause } from './pause.ts'
import { reachable } from './reachable.ts'
import { selinuxBoolean } from './selinux-boolean.ts'
import { service } from './service.ts'
import { shell } from './shell.ts'
import { sourceBuild } from './source-build.ts'
import { strayVip } from './stray-vip.ts'
import { sysctl } from './sysctl.ts'
import { template } from './template.ts'
import { user } from './user.ts'
import { waitFor } from './wait-for.ts'

/** Every kind of thing a task can ask for, by the name tasks use. */
export const kinds = {
  archive: listed(archive),
  block: listed(block),
  command: listed(command, ({ always }) => always),
  copy: listed(copy),
  cron: listed(cron),
  directory: listed(directory),
  file: listed(file),
  firewall: listed(firewall),
  group: listed(group),
  haproxy_servers: listed(haproxyServers),
  host_route: listed(hostRoute),
  hostname: listed(hostname),
  hosts_entry: listed(hostsEntry),
  ipvs_table: listed(ipvsTableKind),
  kernel_module: listed(kernelModule),
  line: listed(line),
  link: listed(link),
  loopback_vip: listed(loopbackVip),
  mount: listed(mount),
  nfs_export: listed(nfsExport),
  package: listed(packageKind),
  pause: listed(pause, () => true),
  reachable: listed(reachable),
  selinux_boolean: listed(selinuxBoolean),
  service: listed(service),
  shell: listed(shell, ({ always }) => always),
  source_build: listed(sourceBuild),
  stray_vip: listed(strayVip),
  sysctl: listed(sysctl),
  template: listed(template),
  user: listed(user),
  wait_for: listed(waitFor, () => true),
} satisfies Readonly<Record<string, Kind>>
