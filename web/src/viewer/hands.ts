// What moves the camera: at once where the pages stand, else when they do. OpenSeadragon makes its viewport anew with each opening, so
// that whatever was done to the one before is undone by it.
import type { Viewer } from 'openseadragon'

type Move = (viewport: Viewer['viewport']) => void

export class Hands {
  #viewer: Viewer | undefined
  #waiting: Move[] = []

  move(move: Move): void {
    if (this.#viewer) move(this.#viewer.viewport)
    else this.#waiting.push(move)
  }

  /** The pages stand. */
  opened(viewer: Viewer): void {
    this.#viewer = viewer
    const waiting = this.#waiting
    this.#waiting = []
    for (const move of waiting) move(viewer.viewport)
  }

  /** Other pages come: what was meant for these is forgotten. */
  closed(): void {
    this.#viewer = undefined
    this.#waiting = []
  }
}
