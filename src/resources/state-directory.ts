/** Where a host keeps what later runs must know: backups, markers of archives. Readable by root only. */
export const stateDirectory = '/var/lib/understudy'
