/** A process that takes a profile, says whether it got it, and stays until it is killed or its input ends. */
import { openProfile } from '#main/store/database.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('give the folder of a profile');
const profile = openProfile(folder, 100);
process.stdout.write(profile.ok ? 'owner\n' : `${profile.error.kind}\n`);
process.stdin.resume();
process.stdin.on('end', () => process.exit());
