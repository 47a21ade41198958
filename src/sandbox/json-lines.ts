import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';

/** Where one line lies in its file, in bytes, without its newline. */
export interface Place {
  offset: number;
  length: number;
}

const CHUNK_BYTES = 1024 * 1024;
const NEWLINE = 0x0a;

/**
 * An append-only file of one JSON value a line. What `append` has returned for survives the death of this process
 * (not of the machine: nothing is fsynced). A last line torn by such a death is cut off at the next opening.
 */
export class JsonLinesFile {
  readonly #path: string;
  readonly #descriptor: number;
  #size = 0;

  /**
   * @param path the file, made when it is missing; its folder must exist
   * @param onLine called for every line already there, in order
   * @throws when a whole line is not JSON
   */
  constructor(path: string, onLine: (value: unknown, place: Place) => void) {
    this.#path = path;
    this.#descriptor = openSync(path, 'a+', 0o600);
    this.#readAll(onLine);
    if (fstatSync(this.#descriptor).size > this.#size) ftruncateSync(this.#descriptor, this.#size);
  }

  /** Writes one line. @throws when the disk refuses; the file is then as it was before. */
  append(value: unknown): Place {
    const line = Buffer.from(`${JSON.stringify(value)}\n`);
    try {
      for (let written = 0; written < line.length;) written += writeSync(this.#descriptor, line, written);
    } catch (error) {
      ftruncateSync(this.#descriptor, this.#size);
      throw error;
    }
    const place = { offset: this.#size, length: line.length - 1 };
    this.#size += line.length;
    return place;
  }

  /** @returns the value of a line written earlier */
  read(place: Place): unknown {
    const line = Buffer.alloc(place.length);
    readSync(this.#descriptor, line, 0, place.length, place.offset);
    return JSON.parse(line.toString('utf8')) as unknown;
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #readAll(onLine: (value: unknown, place: Place) => void): void {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    let rest: Buffer = Buffer.alloc(0);
    let position = 0;
    for (;;) {
      const read = readSync(this.#descriptor, chunk, 0, CHUNK_BYTES, position);
      if (read === 0) return;
      position += read;
      rest = this.#takeLines(Buffer.concat([rest, chunk.subarray(0, read)]), onLine);
    }
  }

  /** Hands over every whole line of `bytes` and returns what is left after the last newline. */
  #takeLines(bytes: Buffer, onLine: (value: unknown, place: Place) => void): Buffer {
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
      const place = { offset: this.#size, length: end - start };
      onLine(this.#parse(bytes.subarray(start, end), place), place);
      this.#size += end - start + 1;
      start = end + 1;
    }
    return bytes.subarray(start);
  }

  #parse(line: Buffer, place: Place): unknown {
    try {
      return JSON.parse(line.toString('utf8')) as unknown;
    } catch {
      throw new Error(`${this.#path}: the line at byte ${place.offset} is not JSON`);
    }
  }
}
