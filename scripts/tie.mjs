/**
 * Loaded into the child of a launcher: a launcher that is killed outright takes its child with it, as one program
 * would, instead of leaving one behind that still holds the profile and the port.
 */
if (process.channel) {
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  // Listening alone must not keep the program running once its work is done.
  process.channel.unref();
}
