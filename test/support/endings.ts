/** What a process that runs files of tests does at its end, for what these files share. */
export const endings: (() => Promise<void>)[] = []
