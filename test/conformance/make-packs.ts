/** All packs, in one list. */
import { PackList, POLICY, POLICY_FILE } from './pack-list.js'
import { addReceipts } from './receipts.js'

export async function makePacks(): Promise<PackList> {
  const list = new PackList()
  list.file(POLICY_FILE, POLICY)
  await addReceipts(list)
  return list
}
