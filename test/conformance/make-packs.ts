/** All packs, in one list. */

import { addClaims } from './claims.js'
import { addCustody } from './custody.js'
import { addEdited } from './edited.js'
import { addFolders } from './folders.js'
import { addLies } from './lies.js'
import { PackList, POLICY, POLICY_FILE } from './pack-list.js'
import { addPolicies } from './policies.js'
import { addReceipts } from './receipts.js'

export async function makePacks(): Promise<PackList> {
  const list = new PackList()
  list.file(POLICY_FILE, POLICY)
  await addReceipts(list)
  await addPolicies(list)
  await addEdited(list)
  await addLies(list)
  await addClaims(list)
  await addCustody(list)
  await addFolders(list)
  return list
}
