import { readConfig } from '../config/read.ts'
import { renderEffective, renderSample } from '../config/sample.ts'

export function showConfig(configFile: string | undefined): void {
  const { effective, file } = readConfig(configFile)
  process.stdout.write(
    `# ${file ?? 'no server.ini; defaults and environment'}\n${renderEffective(effective)}`,
  )
}

export function showSample(): void {
  process.stdout.write(renderSample())
}
