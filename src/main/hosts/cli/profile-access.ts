/** Opens the record for the length of one command and closes it whatever happens. */
import { err, type Fault, type Result } from '#core/base/result.ts';
import { openProfile, type Profile, type ProfileReader, readProfile } from '#main/store/database.ts';
import { storeFault } from '#main/store/store-fault.ts';

/** As owner: refused while another process has the profile open. */
export function withProfile<T>(
  folder: string,
  work: (profile: Profile) => Promise<Result<T, Fault>>,
): Promise<Result<T, Fault>> {
  return using(openProfile(folder), work);
}

/** For reading only, also beside a running workstation. */
export function withReader<T>(
  folder: string,
  work: (profile: ProfileReader) => Promise<Result<T, Fault>>,
): Promise<Result<T, Fault>> {
  return using(readProfile(folder), work);
}

async function using<P extends { close(): void }, T>(
  opened: Result<P, Fault>,
  work: (profile: P) => Promise<Result<T, Fault>>,
): Promise<Result<T, Fault>> {
  if (!opened.ok) return opened;
  try {
    return await work(opened.value);
  } catch (error) {
    // Readers and streams cannot return a fault; here it becomes one again. Bugs fly on.
    const fault = storeFault(error);
    if (fault === null) throw error;
    return err(fault);
  } finally {
    opened.value.close();
  }
}
