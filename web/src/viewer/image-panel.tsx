// Light, sides and rotation of the images, for faint ink and foxed paper.
import { type TextKey, useFormats, useText } from '../shared/text.ts'
import { type ImageTools, lightRange, lights, type Light, switches, type Switch } from './image.ts'
import { Panel } from './panels.tsx'
import styles from './viewer.module.css'

const lightTexts: Readonly<Record<Light, TextKey>> = { brightness: 'view.brightness', contrast: 'view.contrast' }
const switchTexts: Readonly<Record<Switch, TextKey>> = { isGrey: 'view.grey', isInverted: 'view.invert', isMirrored: 'view.mirror' }
const keys: Readonly<Record<Light | Switch, string>> = { brightness: 'B', contrast: 'K', isGrey: 'G', isInverted: 'V', isMirrored: 'M' }

export function ImagePanel({
  tools,
  rotation,
  onRotate,
  onReset,
}: {
  readonly tools: ImageTools
  readonly rotation: number
  readonly onRotate: () => void
  /** Rotation, too */
  readonly onReset: () => void
}) {
  const say = useText()
  const { number } = useFormats()
  const { image } = tools
  return (
    <Panel title={say('view.imagePanel')}>
      <div className={styles.image}>
        {lights.map(light => (
          <label key={light}>
            <span>{say(lightTexts[light])}</span>
            <span>{number(image[light])} %</span>
            <input
              type="range"
              name={light}
              min={lightRange.least}
              max={lightRange.most}
              step={lightRange.step}
              value={image[light]}
              title={keys[light]}
              onChange={event => tools.set(light, Number(event.currentTarget.value))}
            />
          </label>
        ))}
        {(Object.keys(switches) as Switch[]).map(name => (
          <button key={name} type="button" aria-pressed={image[name]} title={keys[name]} onClick={() => tools.toggle(name)}>
            {say(switchTexts[name])}
          </button>
        ))}
        <button type="button" title="R" onClick={onRotate}>
          {say('view.rotate')} {number(rotation)}°
        </button>
        <button type="button" title="X" onClick={onReset}>
          {say('view.asScanned')}
        </button>
      </div>
    </Panel>
  )
}
