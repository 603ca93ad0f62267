// What the rest of the house asks of its stores of files, whatever keeps the bytes: the file system (Archive, FilePacks) or an object store
// (s3/), which fetches a file before it is read here and sends it off when it is kept.
import type { Readable } from 'node:stream'
import type { Place } from '../whole-files.ts'

/** Bytes that have arrived and have been hashed and synced, not yet in their place. */
export interface StagedFile {
  readonly sha256: string
  readonly bytes: number
  /** Where it lies until it is kept. */
  readonly path: string
}

/** What an interruption left. */
export interface Leftover {
  /** Tells nobody where it lies */
  readonly name: string
  remove(): Promise<void>
}

/** Masters and texts under their SHA-256: written once, never changed. */
export interface MasterStore {
  /** As [stores] names it */
  readonly name: string
  /** As sentences name it: the folder of [path] varLarge */
  readonly called: string
  /** The single stores that each file must be whole in; itself, where it is one */
  readonly places: readonly MasterStore[]
  /** Where files are staged on this machine, and by what its faults are told */
  readonly place: Place
  prepare(): Promise<void>
  /** @throws where nothing can be written */
  checkWritable(): Promise<void>
  /** Bytes that may still be stored; undefined where the store does not tell. */
  freeBytes(): Promise<number | undefined>
  /** Address (OP_Url) of a content hash. */
  address(sha256: string): string
  /**
   * A file of this machine with the bytes of an address, for programs that read files; it stays while the address is stored.
   * @throws Refusal not-found for anything that is no address
   */
  local(address: string): Promise<string>
  /** Takes a stream in. @throws Refusal too-large over maxBytes; insufficient-storage, unavailable where the store is at fault; nothing stays behind */
  stage(source: Readable | AsyncIterable<Buffer>, maxBytes: number): Promise<StagedFile>
  /** Takes in a file of this machine. */
  stageFile(path: string, maxBytes: number): Promise<StagedFile>
  /** Gives a staged file its place; when it resolves, it is there for good. @returns its address */
  keep(file: StagedFile): Promise<string>
  discard(file: StagedFile): Promise<void>
  /** Gives a staged file its place whatever lies there: a damaged file is exchanged for its copy. @returns its address */
  replace(file: StagedFile): Promise<string>
  /** Whether the store holds anything at all: a disk that is not mounted is empty, not damaged. */
  isThere(): Promise<boolean>
  /** Size and time of a stored file; undefined where it is missing. */
  facts(address: string): Promise<{ bytes: number; modifiedAt: Date } | undefined>
  /** Where a stored file is read at positions, as packs are; undefined where it is missing. */
  at(address: string): Promise<string | RangedFile | undefined>
  /** Whether a file of that size is in every place that it must be in. */
  isKept(address: string, bytes: number): Promise<boolean>
  /** A part of a stored file as a stream. */
  read(address: string, range?: { readonly start: number; readonly end: number }): Readable
  /** All bytes of a small file; undefined where it is not there. */
  readAll(address: string): Promise<Buffer | undefined>
  /** SHA-256 of what is stored under an address. */
  digest(address: string): Promise<string>
  /** Every stored address, in order. */
  addresses(): AsyncGenerator<string>
  remove(address: string): Promise<void>
  /** What interrupted uploads left here and in the store, older than ageMs. */
  leftovers(ageMs: number): Promise<Leftover[]>
}

/** A file in a store elsewhere, read at positions. */
export interface RangedFile {
  /** Tells it from every other, also from a later one of the same hash */
  readonly name: string
  readonly bytes: number
  /** Whether it is still the one that the store has, as far as reading has shown */
  readonly isCurrent: boolean
  /** All of the bytes that are asked for, as far as the file has them. @throws Refusal unavailable */
  read(offset: number, length: number): Promise<Buffer>
  /** A file of this machine with all of it. */
  local(): Promise<string>
}

/** Access packs under the hash of their recipe: written once, never changed; made anew from the master where they are lost. */
export interface PackStore {
  /** As [stores] names it */
  readonly name: string
  prepare(): Promise<void>
  /** @throws where nothing can be written */
  checkWritable(): Promise<void>
  /** Whether the store itself has a pack now; what this machine remembers of one that it has no more, or another of, is forgotten. */
  isKept(hash: string): Promise<boolean>
  /** Where a pack is read at positions: a file of this machine, or the store itself until one is there; undefined where it is missing. */
  at(hash: string): Promise<string | RangedFile | undefined>
  /** A file of this machine with the bytes of a pack, for programs that read files. It need not be there. */
  local(hash: string): Promise<string>
  /** A name on this machine to write a pack under until it is complete. */
  temporary(hash: string): Promise<string>
  /** Gives a complete, synced file its name; when it resolves, it is there for good. */
  keep(temporary: string, hash: string): Promise<void>
  remove(hash: string): Promise<void>
  /** Every stored pack. */
  hashes(): AsyncGenerator<{ readonly hash: string; readonly bytes: number; readonly modifiedAt: Date }>
  /** What an interrupted ingest left here and in the store, older than ageMs. */
  leftovers(ageMs: number): Promise<Leftover[]>
}
