import type { Kind } from '../resources/bind.ts'
import { addHostModule } from './add-host.ts'
import { aptModule } from './apt.ts'
import { assertModule } from './assert.ts'
import { blockinfileModule } from './blockinfile.ts'
import { commandModule } from './command.ts'
import { copyModule } from './copy.ts'
import { debugModule } from './debug.ts'
import { dnfModule } from './dnf.ts'
import { failModule } from './fail.ts'
import { fileModule } from './file.ts'
import { gatherFactsModule } from './gather-facts.ts'
import { getUrlModule } from './get-url.ts'
import { groupModule } from './group.ts'
import { groupByModule } from './group-by.ts'
import { hostnameModule } from './hostname.ts'
import { includeVarsModule } from './include-vars.ts'
import { iniFileModule } from './ini-file.ts'
import { lineinfileModule } from './lineinfile.ts'
import { metaModule } from './meta.ts'
import { modprobeModule } from './modprobe.ts'
import { kindOf, type Module, namesOf } from './module.ts'
import { mountModule } from './mount.ts'
import { packageModule } from './package.ts'
import { pauseModule } from './pause.ts'
import { pingModule } from './ping.ts'
import { rawModule } from './raw.ts'
import { rebootModule } from './reboot.ts'
import { replaceModule } from './replace.ts'
import { scriptModule } from './script.ts'
import { sebooleanModule } from './seboolean.ts'
import { serviceModule } from './service.ts'
import { setFactModule } from './set-fact.ts'
import { setupModule } from './setup.ts'
import { shellModule } from './shell.ts'
import { sysctlModule } from './sysctl.ts'
import { systemdModule } from './systemd.ts'
import { sysvinitModule } from './sysvinit.ts'
import { templateModule } from './template.ts'
import { unarchiveModule } from './unarchive.ts'
import { userModule } from './user.ts'
import { waitForModule } from './wait-for.ts'
import { waitForConnectionModule } from './wait-for-connection.ts'
import { yumModule } from './yum.ts'

/** Every module that is known, in the order of the alphabet. */
export const modules: readonly Module[] = [
  addHostModule,
  aptModule,
  assertModule,
  blockinfileModule,
  commandModule,
  copyModule,
  debugModule,
  dnfModule,
  failModule,
  fileModule,
  gatherFactsModule,
  getUrlModule,
  groupByModule,
  groupModule,
  hostnameModule,
  includeVarsModule,
  iniFileModule,
  lineinfileModule,
  metaModule,
  modprobeModule,
  mountModule,
  packageModule,
  pauseModule,
  pingModule,
  rawModule,
  rebootModule,
  replaceModule,
  scriptModule,
  sebooleanModule,
  serviceModule,
  setFactModule,
  setupModule,
  shellModule,
  sysctlModule,
  systemdModule,
  sysvinitModule,
  templateModule,
  unarchiveModule,
  userModule,
  waitForConnectionModule,
  waitForModule,
  yumModule,
]

/** Modules as kinds, by all their names. */
export const moduleKinds: ReadonlyMap<string, Kind> = new Map(
  modules.flatMap((module) => {
    const kind = kindOf(module)
    return namesOf(module).map((name) => [name, kind] as const)
  }),
)
