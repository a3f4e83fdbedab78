/**
 * A browser type that the declarations of @msgpack/msgpack name. Only the tests use that package;
 * with it declared here, every other declaration file is still checked (skipLibCheck false).
 */
type BufferSource = ArrayBufferView | ArrayBuffer
