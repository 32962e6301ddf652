import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Files of directors that belong together, as somebody has them in a folder. */
export class HandWritten implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'understudy-hand-written-'))
  readonly files: readonly string[]

  /** Files of lb1, lb2 and so on. */
  constructor(texts: readonly string[]) {
    this.files = texts.map((text, index) => {
      const folder = join(this.#folder, `lb${index + 1}`)
      mkdirSync(folder)
      const file = join(folder, 'keepalived.conf')
      writeFileSync(file, text)
      return file
    })
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true })
  }
}

/** `«one|other»` is what the first and the second of several directors are told, and so on. */
export function forEach(text: string, directors = 2): readonly string[] {
  return Array.from({ length: directors }, (_, index) =>
    text.replaceAll(/«([^»]*)»/g, (_all, all: string) => all.split('|')[index] ?? ''),
  )
}

/** Two directors of which nothing is wrong, which balance, too. */
export const balanced = `global_defs {
  router_id «lb1|lb2»
  enable_script_security
  script_user root
}
vrrp_script web {
  script "/usr/bin/pgrep haproxy"
  interval 2
  fall 2
  rise 2
  weight -30
}
vrrp_instance WEB {
  state «MASTER|BACKUP»
  interface eth0
  virtual_router_id 61
  priority «110|100»
  advert_int 1
  track_script {
    web
  }
  virtual_ipaddress {
    192.0.2.50/24
  }
}
virtual_server 192.0.2.50 80 {
  delay_loop 5
  lb_algo wlc
  lb_kind DR
  protocol TCP
  real_server 192.0.2.71 80 {
    weight 1
    HTTP_GET {
      url {
        path /
        status_code 200
      }
      connect_timeout 3
    }
  }
}
`
