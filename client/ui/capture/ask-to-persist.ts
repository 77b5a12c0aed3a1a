/**
 * Asks the browser to keep what this page stores until the person clears it: otherwise it may delete it when the device
 * gets full, and Safari after a week without a visit. False where it does not promise that.
 */
export async function askToPersist(): Promise<boolean> {
  const { storage } = navigator;
  if (storage?.persist === undefined) return false;
  try {
    return (await storage.persisted()) || (await storage.persist());
  } catch {
    // A TypeError in pages that have no storage of their own.
    return false;
  }
}
