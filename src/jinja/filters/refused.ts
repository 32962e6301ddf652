/** Filters that Ansible has and that are not here, with the reason and what to do instead. */
export const refusedFilters: Readonly<Record<string, string>> = {
  unvault: 'write !vault at the value, which is then known to be a secret',
  vault: 'encrypt with "understudy vault encrypt"',
  win_basename: 'hosts run Linux: write basename',
  win_dirname: 'hosts run Linux: write dirname',
  win_splitdrive: 'hosts run Linux',
  urlize: 'it makes links of HTML',
  parse_cli: 'it reads what network devices print',
  parse_cli_textfsm: 'it reads what network devices print',
  parse_xml: 'it needs a specification of its own',
  from_xml: 'read values that are JSON or YAML',
  to_xml: 'write the text in a template',
  jc: 'it runs a program of its own: read what the command prints with split and regex_search',
  from_csv: 'write split and map',
  hashids_encode: 'it needs a library of its own',
  hashids_decode: 'it needs a library of its own',
  random_mac: 'write the address: it must be the same at every run',
}
