/**
 * The two pure globals that the core may use. WHATWG Encoding Standard: in Node and in browsers.
 * Everything else (clock, disk, network, randomness, Buffer) does not exist for the core's compiler.
 */
declare class TextEncoder {
  encode(text?: string): Uint8Array<ArrayBuffer>
  encodeInto(text: string, bytes: Uint8Array): { readonly read: number; readonly written: number }
}
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean })
  decode(bytes?: Uint8Array): string
}
