import { expressionRules } from './expression.ts'
import { fileRules } from './file.ts'
import { ignoreRules } from './ignore.ts'
import { inventoryRules } from './inventory.ts'
import { moduleRules } from './module.ts'
import { playbookRules } from './playbook.ts'
import { releaseRules } from './release.ts'
import { roleRules } from './role.ts'
import { schemaRules } from './schema.ts'
import { secretRules } from './secret.ts'
import { settingRules } from './setting.ts'
import { templateRules } from './template.ts'
import { yamlRules } from './yaml.ts'

/** Every rule about what is read before clusters are looked at, by its id. */
export const inputRules = {
  ...fileRules,
  ...yamlRules,
  ...schemaRules,
  ...inventoryRules,
  ...settingRules,
  ...secretRules,
  ...expressionRules,
  ...templateRules,
  ...playbookRules,
  ...roleRules,
  ...moduleRules,
  ...releaseRules,
  ...ignoreRules,
}

/** Whoever tells of something wrong in a user's input names one of them. */
export type InputRule = keyof typeof inputRules
