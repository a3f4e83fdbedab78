/**
 * Worker thread: signs checkpoints with the log's ML-DSA-44 key, some 10 ms each, off the writer's
 * thread. DESIGN 4.7. Gets the key once, when it starts.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { invariant } from '../core/errors.js'
import { mlDsaCheckpointSigner } from '../crypto/checkpoint-signer.js'
import { mlDsaSignerFromPem } from '../crypto/ml-dsa.js'
import type { SignReply, SignRequest } from './second-line.js'

const port = parentPort
invariant(port !== null, 'a sign worker runs as a worker')
const { origin, pem } = workerData as { readonly origin: string; readonly pem: string }
const signer = mlDsaCheckpointSigner(origin, mlDsaSignerFromPem(pem))

port.on('message', ({ number, text, time }: SignRequest) => {
  // What throws here is a bug or a broken machine: it ends the worker, and the caller hears of it.
  void signer.sign(text, time).then((signature) => {
    port.postMessage({ number, signature } satisfies SignReply)
  })
})
