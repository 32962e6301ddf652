import { homedir } from 'node:os'
import { type AnsibleSettings, readSettings } from '../config/index.ts'

export type { AnsibleSettings }

/** What ansible.cfg and the environment of this process say, found as Ansible finds it. Throws InvalidInput. */
export function ansibleSettings(): AnsibleSettings {
  return readSettings({ environment: process.env, directory: process.cwd(), home: homedir() })
}
